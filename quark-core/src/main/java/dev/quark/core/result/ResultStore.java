package dev.quark.core.result;

import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Knows what the host was told about each deployment, and so what is still to be told. Implementations are safe for use by
 * many threads and processes; what a method changed is durable when it returns. A result goes with its deployment.
 */
public interface ResultStore {

    /**
     * Takes the oldest deployment whose status the host isn't told yet, whose commit is known and whose time has come, and
     * counts an attempt. Until it is saved or {@code until} has come, neither it nor another one of its repository is given
     * to anybody else.
     *
     * @param node who takes it
     * @return the deployment as it is now; empty where there is nothing to tell now
     */
    Optional<Claimed> claim(String node, Instant now, Instant until);

    /** Lets go of what a node had taken when it ended. */
    void release(String node);

    /** When the next claim may find something that it doesn't find now, if nothing else happens; empty for never. */
    Optional<Instant> nextTime(Instant now);

    /** Keeps what is known now; keeps the claim where {@code done} is false. */
    void save(Result result, boolean done);

    /** What the host was told about a deployment; nothing where there is none. */
    Optional<Result> find(DeploymentId deployment);

    /** The deployments of a config that the host shows as the one in place, oldest first. */
    List<Claimed> active(ConfigId config);

    /**
     * A deployment that was taken.
     *
     * @param deployment the deployment
     * @param result what the host was told about it
     */
    record Claimed(Deployment deployment, Result result) {}
}
