package dev.quark.core.deployment;

import dev.quark.core.event.EventBus;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Moves deployments from state to state and from phase to phase, and tells of it once it is stored. Safe for use by many
 * threads.
 */
public final class Transitions {

    private final DeploymentStore deployments;
    private final PhaseStore phases;
    private final EventBus events;

    /** Moves deployments in a store. */
    public Transitions(DeploymentStore deployments, PhaseStore phases, EventBus events) {
        this.deployments = deployments;
        this.phases = phases;
        this.events = events;
    }

    /**
     * Moves a deployment, if it still is in the first state.
     *
     * @return whether it was
     */
    public boolean move(DeploymentId id, DeploymentState from, DeploymentState to) {
        boolean moved = deployments.transition(id, from, to);
        if (moved) {
            events.publish(new DeploymentEvent.StatusChanged(id, to.status(), ran(from, to)));
        }
        return moved;
    }

    private static @Nullable Duration ran(DeploymentState from, DeploymentState to) {
        return from instanceof DeploymentState.InProgress begun && to instanceof DeploymentState.Finished ended
                ? Duration.between(begun.run().startedAt(), ended.at())
                : null;
    }

    /** Adds a pending deployment. */
    public void add(Deployment deployment) {
        deployments.add(deployment);
        tell(deployment.id(), deployment.status());
    }

    /** Notes that a deployment has come to a phase, where that isn't noted already. */
    public void begin(DeploymentId id, Phase phase, Instant at) {
        if (phases.begin(id, phase, at)) {
            events.publish(new DeploymentEvent.PhaseBegan(id, phase));
        }
    }

    /** Tells of a change that is stored already. */
    public void tell(DeploymentId id, DeploymentStatus status) {
        events.publish(new DeploymentEvent.StatusChanged(id, status));
    }
}
