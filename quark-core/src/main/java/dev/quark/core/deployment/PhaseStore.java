package dev.quark.core.deployment;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/**
 * Keeps when deployments came to their phases, as far as nothing else tells: what {@link Timeline} makes of it is the whole.
 * Implementations are safe for use by many threads; what a method changed is durable when it returns.
 */
public interface PhaseStore {

    /**
     * Notes that a deployment has come to a phase. A phase that is noted already keeps its time, so that one that is taken up
     * again after a crash goes on. It goes when the deployment's record does.
     *
     * @return whether it was noted; false where it had been, and where there is no such deployment
     */
    boolean begin(DeploymentId id, Phase phase, Instant at);

    /** What is noted of these deployments; nothing of those of which nothing is. */
    Map<DeploymentId, Map<Phase, Instant>> of(Collection<DeploymentId> ids);
}
