package dev.quark.core.deployment;

import dev.quark.core.source.Commit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the deployments; it is the only truth about them. Implementations are safe for use by many threads; what a method
 * changed is durable when it returns.
 */
public interface DeploymentStore {

    /** Adds a pending deployment. */
    void add(Deployment deployment);

    /** The deployment with an id. */
    Optional<Deployment> find(DeploymentId id);

    /**
     * Deployments, newest first.
     *
     * @param before only those that sort before this id, at a cost that doesn't grow with their number; null for all
     * @param limit at most so many
     * @param offset after so many
     */
    List<Deployment> list(DeploymentFilter filter, @Nullable DeploymentId before, int limit, long offset);

    /** How many deployments match. */
    long count(DeploymentFilter filter);

    /**
     * Moves a deployment from one state to another, if it still is in the first.
     *
     * @return whether it was; otherwise nothing changed
     */
    boolean transition(DeploymentId id, DeploymentState from, DeploymentState to);

    /** Notes which commit is deployed, once it was looked up. */
    void recordCommit(DeploymentId id, Commit commit);

    /**
     * Removes a deployment that doesn't run, with its log and its release's record.
     *
     * @return whether it was removed; false where there is none, or where it is in progress
     */
    boolean remove(DeploymentId id);
}
