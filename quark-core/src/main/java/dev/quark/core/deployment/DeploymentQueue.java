package dev.quark.core.deployment;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The same deployments as a queue. At most one deployment of a config is in progress at any time. Implementations are safe
 * for use by many threads and processes; what a method changed is durable when it returns.
 */
public interface DeploymentQueue {

    /**
     * Takes the oldest pending deployment of a config that runs none, and moves it to in progress; one that waits for
     * checks isn't taken. No two callers get the
     * same one.
     *
     * @param node the name of the node that will run it
     * @return the deployment, in progress; empty where there is nothing to run
     */
    Optional<Deployment> claim(String node, Instant at);

    /**
     * The deployments that a node has in progress, oldest first; where only one node can use the store, all that are in
     * progress, so that a node that was renamed finds its own.
     */
    List<Deployment> running(String node);

    /**
     * Counts that a deployment in progress is taken up after QUARK had ended in the middle of it.
     *
     * @return how often it was since it last got on
     */
    int takeUp(DeploymentId id);

    /** Forgets how often a deployment was taken up: it gets on. */
    void getsOn(DeploymentId id);

    /** The pending deployments that wait for their commit's checks, oldest first. */
    List<Deployment> awaitingChecks();

    /**
     * How many pending deployments are to be claimed before this one, plus one; empty where it isn't pending, or waits for
     * checks.
     */
    Optional<Integer> position(DeploymentId id);

    /**
     * Notes that the command of a deployment in progress is to be stopped; the first who asks is kept.
     *
     * @param by who asked, by name
     * @return whether the deployment is in progress
     */
    boolean requestCancellation(DeploymentId id, String by);
}
