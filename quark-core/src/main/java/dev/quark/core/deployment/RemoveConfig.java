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
import org.jspecify.annotations.Nullable;

/** Removes a config with its releases' folders; its deployments stay as history. Safe for use by many threads. */
public final class RemoveConfig {

    private static final Duration STOP_LIMIT = RunControl.GRACE.plusSeconds(10);

    private final ManageConfigs configs;
    private final DeploymentStore deployments;
    private final CancelDeployment cancel;
    private final WatchDeployment watch;
    private final Transitions transitions;
    private final ReleaseFolders folders;
    private final @Nullable ManageService services;
    private final Clock clock;

    /**
     * Removes configs that {@code configs} manages.
     *
     * @param services stops what runs; null where no services are run
     */
    public RemoveConfig(
            ManageConfigs configs,
            DeploymentStore deployments,
            CancelDeployment cancel,
            WatchDeployment watch,
            Transitions transitions,
            ReleaseFolders folders,
            @Nullable ManageService services,
            Clock clock) {
        this.configs = configs;
        this.deployments = deployments;
        this.cancel = cancel;
        this.watch = watch;
        this.transitions = transitions;
        this.folders = folders;
        this.services = services;
        this.clock = clock;
    }

    /**
     * Removes a config; what waits for its turn becomes cancelled. Its service gets no request any more; what is under way
     * there is finished, and nobody waits for that here.
     *
     * @param force whether a running deployment is cancelled first; this then waits until it is gone
     * @throws ConflictException where a deployment is running and {@code force} is off, or it doesn't stop in time
     */
    public void remove(ConfigId id, boolean force, Actor actor) throws InterruptedException {
        DeploymentConfig config = configs.get(id);
        List<Deployment> waiting = ofConfig(config, DeploymentStatus.PENDING);
        if (force) {
            removeByForce(config, actor);
        } else {
            configs.delete(id, actor);
        }
        waiting.forEach(deployment -> transitions.tell(deployment.id(), DeploymentStatus.CANCELLED));
        if (services == null) {
            folders.discardAll(id);
        } else {
            services.end(id, () -> folders.discardAll(id));
        }
    }

    /** A push that comes in this moment may start another deployment; then everything is done again. */
    private void removeByForce(DeploymentConfig config, Actor actor) throws InterruptedException {
        Instant deadline = clock.instant().plus(STOP_LIMIT);
        while (true) {
            stopAll(config, actor, deadline);
            try {
                configs.delete(config.id(), actor);
                return;
            } catch (ConflictException e) {
                if (clock.instant().isAfter(deadline)) {
                    throw e;
                }
            }
        }
    }

    private void stopAll(DeploymentConfig config, Actor actor, Instant deadline) throws InterruptedException {
        // What waits comes first: it would start as soon as what runs has ended.
        for (Deployment deployment : ofConfig(config, DeploymentStatus.PENDING)) {
            cancel.cancel(deployment.id(), actor);
        }
        for (Deployment deployment : ofConfig(config, DeploymentStatus.IN_PROGRESS)) {
            cancel.cancel(deployment.id(), actor);
            awaitEnd(deployment.id(), deadline);
        }
    }

    private List<Deployment> ofConfig(DeploymentConfig config, DeploymentStatus status) {
        return deployments.list(new DeploymentFilter(config.repository(), null, status), null, 1000, 0).stream()
                .filter(deployment -> config.id().equals(deployment.config()))
                .toList();
    }

    private void awaitEnd(DeploymentId id, Instant deadline) throws InterruptedException {
        try (DeploymentCursor cursor = watch.watch(id, Long.MAX_VALUE - 1)) {
            while (!(cursor.next(Duration.ofSeconds(1)) instanceof DeploymentCursor.Next.Ended)) {
                if (clock.instant().isAfter(deadline)) {
                    throw new ConflictException("The running deployment does not stop: try again.");
                }
            }
        }
    }
}
