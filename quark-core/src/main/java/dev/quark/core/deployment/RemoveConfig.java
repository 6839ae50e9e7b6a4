package dev.quark.core.deployment;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.config.ManageConfigs;
import dev.quark.core.identity.Actor;
import dev.quark.core.problem.ConflictException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Removes a config with its releases' folders; its deployments stay as history. Safe for use by many threads. */
public final class RemoveConfig {

    private static final Duration STOP_LIMIT = DeploymentRun.GRACE.plusSeconds(10);

    private final ManageConfigs configs;
    private final DeploymentStore deployments;
    private final CancelDeployment cancel;
    private final WatchDeployment watch;
    private final ReleaseFolders folders;
    private final Clock clock;

    /** Removes configs that {@code configs} manages. */
    public RemoveConfig(
            ManageConfigs configs,
            DeploymentStore deployments,
            CancelDeployment cancel,
            WatchDeployment watch,
            ReleaseFolders folders,
            Clock clock) {
        this.configs = configs;
        this.deployments = deployments;
        this.cancel = cancel;
        this.watch = watch;
        this.folders = folders;
        this.clock = clock;
    }

    /**
     * Removes a config.
     *
     * @param force whether a running deployment is cancelled first; this then waits until it is gone
     * @throws ConflictException where a deployment is running and {@code force} is off, or it doesn't stop in time
     */
    public void remove(ConfigId id, boolean force, Actor actor) throws InterruptedException {
        if (force) {
            stopRunning(configs.get(id), actor);
        }
        configs.delete(id, actor);
        folders.discardAll(id);
    }

    private void stopRunning(DeploymentConfig config, Actor actor) throws InterruptedException {
        DeploymentFilter running = new DeploymentFilter(config.repository(), null, DeploymentStatus.IN_PROGRESS);
        List<Deployment> ofConfig = deployments.list(running, null, 1000, 0).stream()
                .filter(deployment -> config.id().equals(deployment.config()))
                .toList();
        for (Deployment deployment : ofConfig) {
            cancel.cancel(deployment.id(), actor);
            awaitEnd(deployment.id());
        }
    }

    private void awaitEnd(DeploymentId id) throws InterruptedException {
        Instant deadline = clock.instant().plus(STOP_LIMIT);
        try (DeploymentCursor cursor = watch.watch(id, Long.MAX_VALUE - 1)) {
            while (!(cursor.next(Duration.ofSeconds(1)) instanceof DeploymentCursor.Next.Ended)) {
                if (clock.instant().isAfter(deadline)) {
                    throw new ConflictException("The running deployment does not stop: try again.");
                }
            }
        }
    }
}
