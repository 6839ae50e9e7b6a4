package dev.quark.core.deployment;

import dev.quark.core.event.EventBus;
import dev.quark.core.log.LiveLogs;

/** Lets watchers follow deployments. Safe for use by many threads. */
public final class WatchDeployment implements AutoCloseable {

    private final DeploymentStore deployments;
    private final LiveLogs logs;
    private final EventBus.Subscription subscription;

    /** Wakes watchers when {@code events} tell of a change. */
    public WatchDeployment(DeploymentStore deployments, LiveLogs logs, EventBus events) {
        this.deployments = deployments;
        this.logs = logs;
        this.subscription = events.subscribe(event -> {
            if (event instanceof DeploymentEvent change) {
                logs.wake(change.deployment().log());
            }
        });
    }

    /**
     * Begins to watch.
     *
     * @param after the number of the last line that the watcher has; 0 for none
     * @throws dev.quark.core.problem.NotFoundException where there is no such deployment
     */
    public DeploymentCursor watch(DeploymentId id, long after) {
        if (deployments.find(id).isEmpty()) {
            throw DeploymentId.notFound();
        }
        return new DeploymentCursor(id, deployments, logs.read(id.log(), after));
    }

    @Override
    public void close() {
        subscription.close();
    }
}
