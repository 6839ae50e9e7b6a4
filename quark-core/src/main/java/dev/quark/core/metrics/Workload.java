package dev.quark.core.metrics;

import dev.quark.core.deployment.DeploymentStatus;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What there is to do, and what was done.
 *
 * @param deployments how many deployments have each status, those with none among them
 * @param queued how many wait for their turn, and for nothing else
 * @param oldestQueued when the one that waits longest for its turn was made; null where none does
 * @param awaitingChecks how many wait for their commit's checks
 * @param untold of how many the code host is still to be told the newest status
 */
public record Workload(
        Map<DeploymentStatus, Long> deployments,
        long queued,
        @Nullable Instant oldestQueued,
        long awaitingChecks,
        long untold) {

    /** One in which every status has its number. */
    public Workload {
        Map<DeploymentStatus, Long> all = new EnumMap<>(DeploymentStatus.class);
        for (DeploymentStatus status : DeploymentStatus.values()) {
            all.put(status, deployments.getOrDefault(status, 0L));
        }
        deployments = Map.copyOf(all);
    }

    /** How many deployments have a status. */
    public long count(DeploymentStatus status) {
        return deployments.getOrDefault(status, 0L);
    }
}
