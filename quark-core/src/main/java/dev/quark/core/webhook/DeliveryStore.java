package dev.quark.core.webhook;

import dev.quark.core.deployment.DeploymentId;
import java.time.Instant;
import java.util.List;

/** Keeps deliveries. Implementations are safe for use by many threads. */
public interface DeliveryStore {

    /**
     * Stores a delivery and the deployments it causes in one transaction, durable when the method returns.
     *
     * <p>Where a delivery with this id is stored already, nothing changes and the outcome is that of the first. Otherwise
     * {@code planner} is asked once within the transaction (and again where the transaction is repeated), with the rules of
     * the delivery's repository, oldest config first.
     *
     * <p>A deployment that a push causes takes the place of those that earlier pushes caused for the same config and that
     * are still pending: they become cancelled, their reason naming it. Where none of the config's deployments is in
     * progress, the oldest of those is about to be started and stays.
     */
    Accepted accept(Delivery delivery, PushPlanner planner);

    /**
     * Removes deliveries that came before a time.
     *
     * @param limit at most so many, so that nobody else waits for long
     * @return whether there may be more to remove
     */
    boolean prune(Instant before, int limit);

    /** Decides what a delivery causes. */
    @FunctionalInterface
    interface PushPlanner {

        /** What is to be deployed, given the repository's rules; quick, and without effects. */
        PushPlan plan(List<AutoDeployRule> rules);
    }

    /**
     * A stored delivery's outcome.
     *
     * @param deployments the deployments it caused
     * @param superseded the deployments that they took the place of
     * @param action a sentence that says what was done, or why nothing was
     * @param duplicate whether the delivery had been stored before
     */
    record Accepted(List<DeploymentId> deployments, List<DeploymentId> superseded, String action, boolean duplicate) {}
}
