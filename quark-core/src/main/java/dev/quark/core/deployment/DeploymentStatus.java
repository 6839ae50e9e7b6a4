package dev.quark.core.deployment;

import dev.quark.core.problem.InvalidException;
import java.util.Locale;

/** A deployment's status, as the API spells it. */
public enum DeploymentStatus {
    /** Waits for its turn. */
    PENDING,
    /** Is being checked out, or its command runs. */
    IN_PROGRESS,
    /** Its command succeeded and its release is the current one, or was. */
    COMPLETED,
    /** It couldn't be checked out, its command failed, or it took too long. */
    FAILED,
    /** Somebody cancelled it, or a newer push took its place. */
    CANCELLED;

    /** The status as the API spells it: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a deployment with this status never changes again. */
    public boolean isFinal() {
        return this != PENDING && this != IN_PROGRESS;
    }

    /** @throws InvalidException for text that is no status */
    public static DeploymentStatus parse(String label) {
        for (DeploymentStatus status : values()) {
            if (status.label().equals(label)) {
                return status;
            }
        }
        throw new InvalidException("status", "must be pending, in_progress, completed, failed or cancelled");
    }
}
