package dev.quark.core.result;

import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the host was told about a deployment. Whenever {@code told} isn't the deployment's status, the host is still to be
 * told; so a change of status needs nothing written beside it, and can't be lost.
 *
 * @param deployment which deployment
 * @param standing whether the host is told at all
 * @param told the newest status that the host was told, or won't be told any more; null for none
 * @param marked the newest status that is on the commit; null for none
 * @param hostDeployment the host's number of the deployment; null where the host has none yet
 * @param active whether the host shows it as the one that is in place
 * @param attempts how often the host was asked since it last was told something
 * @param nextAttempt not to be asked before; null for no such time
 * @param error why the host wasn't told, in a sentence; null where nothing went wrong
 */
public record Result(
        DeploymentId deployment,
        Standing standing,
        @Nullable DeploymentStatus told,
        @Nullable DeploymentStatus marked,
        @Nullable Long hostDeployment,
        boolean active,
        int attempts,
        @Nullable Instant nextAttempt,
        @Nullable String error) {

    /** Whether the host is told about a deployment. */
    public enum Standing {
        /** It is. */
        ON,
        /** It was given up to tell the newest status; a newer one will be told. */
        DROPPED,
        /** It isn't, and won't be. */
        OFF
    }

    /** Nothing was told. */
    public static Result none(DeploymentId deployment) {
        return new Result(deployment, Standing.ON, null, null, null, false, 0, null, null);
    }

    /** The commit shows a status. */
    Result markedAs(DeploymentStatus status) {
        return new Result(deployment, standing, told, status, hostDeployment, active, attempts, nextAttempt, error);
    }

    /** The host has the deployment. */
    Result knownAs(long number) {
        return new Result(deployment, standing, told, marked, number, active, attempts, nextAttempt, error);
    }

    /** The host shows it as the one in place, or no longer. */
    Result activeNow(boolean now) {
        return new Result(deployment, standing, told, marked, hostDeployment, now, attempts, nextAttempt, error);
    }

    /** The host knows all about a status. */
    Result toldAs(DeploymentStatus status) {
        return new Result(deployment, Standing.ON, status, marked, hostDeployment, active, 0, null, null);
    }

    /** The host wasn't told, and is to be asked again. */
    Result retriedAt(Instant at, String why) {
        return new Result(deployment, Standing.ON, told, marked, hostDeployment, active, attempts, at, why);
    }

    /** The host won't be told of a status. */
    Result droppedAt(DeploymentStatus status, String why) {
        return new Result(deployment, Standing.DROPPED, status, marked, hostDeployment, active, 0, null, why);
    }

    /** The host isn't told about this deployment. */
    Result off(String why) {
        return new Result(deployment, Standing.OFF, told, marked, hostDeployment, active, 0, null, why);
    }
}
