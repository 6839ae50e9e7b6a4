package dev.quark.core.deployment;

import dev.quark.core.config.ConfigId;
import dev.quark.core.identity.Actor;
import dev.quark.core.identity.Audit;
import dev.quark.core.problem.ConflictException;
import java.time.Clock;
import java.util.function.Supplier;

/** Queues the commit of an earlier deployment again, with its config's settings of now. Safe for use by many threads. */
public final class Redeploy {

    private final DeploymentStore deployments;
    private final Transitions transitions;
    private final Audit audit;
    private final Supplier<DeploymentId> ids;
    private final Clock clock;

    /** Queues deployments of a store. */
    public Redeploy(
            DeploymentStore deployments,
            Transitions transitions,
            Audit audit,
            Supplier<DeploymentId> ids,
            Clock clock) {
        this.deployments = deployments;
        this.transitions = transitions;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Queues a deployment.
     *
     * @throws ConflictException where its config was deleted since
     */
    public Deployment redeploy(DeploymentId id, Actor actor) {
        Deployment earlier = deployments.find(id).orElseThrow(DeploymentId::notFound);
        ConfigId config = earlier.config();
        if (config == null) {
            throw new ConflictException("The config of this deployment was deleted: create one and trigger it.");
        }
        Deployment again = Deployment.pending(
                ids.get(),
                config,
                earlier.repository(),
                earlier.branch(),
                earlier.name(),
                earlier.commit(),
                Trigger.REDEPLOY,
                actor.name(),
                clock.instant());
        audit.with(actor, "deployment.redeploy", "deployment/" + again.id(), "of " + id, () -> transitions.add(again));
        return again;
    }
}
