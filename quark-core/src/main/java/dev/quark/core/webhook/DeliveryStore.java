package dev.quark.core.webhook;

import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.source.RepositoryName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
     * progress, the oldest of those that don't wait for checks is about to be started and stays.
     *
     * <p>No commit is deployed twice because QUARK both saw the branch move and was told of the push. A deployment by
     * {@link Trigger#CATCH_UP} is left out of the plan where the config has any deployment of the same commit; one by {@link
     * Trigger#PUSH} where the config's newest deployment is one of the same commit by {@link Trigger#CATCH_UP}.
     */
    Accepted accept(Delivery delivery, PushPlanner planner);

    /**
     * Deliveries without their payloads, newest first.
     *
     * @param repository only those about it; null for all
     * @param limit at most so many
     * @param offset after so many
     */
    List<StoredDelivery> list(@Nullable RepositoryName repository, int limit, long offset);

    /** How many deliveries {@link #list} would give without limit and offset. */
    long count(@Nullable RepositoryName repository);

    /** The delivery with an id. */
    Optional<StoredDelivery> find(String id);

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
