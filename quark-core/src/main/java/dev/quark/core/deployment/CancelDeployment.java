package dev.quark.core.deployment;

import dev.quark.core.deployment.DeploymentState.Pending;
import dev.quark.core.event.EventBus;
import dev.quark.core.identity.Actor;
import dev.quark.core.identity.Audit;
import java.time.Clock;
import java.util.function.Supplier;

/** Stops a deployment: a pending one at once, a running one with its whole process tree. Safe for use by many threads. */
public final class CancelDeployment {

    private final DeploymentStore deployments;
    private final DeploymentQueue queue;
    private final Transitions transitions;
    private final EventBus events;
    private final Audit audit;
    private final Clock clock;

    /** Cancels deployments of a store. */
    public CancelDeployment(
            DeploymentStore deployments,
            DeploymentQueue queue,
            Transitions transitions,
            EventBus events,
            Audit audit,
            Clock clock) {
        this.deployments = deployments;
        this.queue = queue;
        this.transitions = transitions;
        this.events = events;
        this.audit = audit;
        this.clock = clock;
    }

    /** Cancels a deployment; a running one is not yet gone when this returns. */
    public CancelOutcome cancel(DeploymentId id, Actor actor) {
        while (true) {
            Deployment deployment = deployments.find(id).orElseThrow(DeploymentId::notFound);
            switch (deployment.state()) {
                case DeploymentState.Finished finished -> {
                    return new CancelOutcome.AlreadyFinished(finished.status());
                }
                case Pending pending -> {
                    // Lost where a node claims it in this moment: then it runs, and is stopped in the next round.
                    DeploymentState cancelled = pending.cancel(clock.instant(), "cancelled by " + actor.name());
                    if (audited(id, actor, () -> transitions.move(id, pending, cancelled))) {
                        return new CancelOutcome.Cancelled();
                    }
                }
                case DeploymentState.InProgress running -> {
                    if (audited(id, actor, () -> queue.requestCancellation(id, actor.name()))) {
                        events.publish(new DeploymentEvent.CancellationRequested(id));
                        return new CancelOutcome.Stopping();
                    }
                }
            }
        }
    }

    private boolean audited(DeploymentId id, Actor actor, Supplier<Boolean> change) {
        return audit.with(actor, "deployment.cancel", "deployment/" + id, "", change);
    }
}
