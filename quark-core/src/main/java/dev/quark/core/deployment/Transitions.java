package dev.quark.core.deployment;

import dev.quark.core.event.EventBus;

/** Moves deployments from state to state and tells of it once it is stored. Safe for use by many threads. */
public final class Transitions {

    private final DeploymentStore deployments;
    private final EventBus events;

    /** Moves deployments in a store. */
    public Transitions(DeploymentStore deployments, EventBus events) {
        this.deployments = deployments;
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
            tell(id, to.status());
        }
        return moved;
    }

    /** Adds a pending deployment. */
    public void add(Deployment deployment) {
        deployments.add(deployment);
        tell(deployment.id(), deployment.status());
    }

    /** Tells of a change that is stored already. */
    public void tell(DeploymentId id, DeploymentStatus status) {
        events.publish(new DeploymentEvent.StatusChanged(id, status));
    }
}
