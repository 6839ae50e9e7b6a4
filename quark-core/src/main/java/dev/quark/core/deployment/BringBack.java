package dev.quark.core.deployment;

import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.Deployment.Origin;
import dev.quark.core.identity.Actor;
import dev.quark.core.identity.Audit;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.service.Service;
import dev.quark.core.service.ServiceStore;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * Queues a deployment that brings back an earlier release: at once where its folder is kept, and made again from what it
 * remembers where it isn't. Safe for use by many threads.
 */
public final class BringBack {

    private final DeploymentStore deployments;
    private final ReleaseStore releases;
    private final ServiceStore services;
    private final Transitions transitions;
    private final Audit audit;
    private final Supplier<DeploymentId> ids;
    private final Clock clock;

    /** Queues deployments of a store. */
    public BringBack(
            DeploymentStore deployments,
            ReleaseStore releases,
            ServiceStore services,
            Transitions transitions,
            Audit audit,
            Supplier<DeploymentId> ids,
            Clock clock) {
        this.deployments = deployments;
        this.releases = releases;
        this.services = services;
        this.transitions = transitions;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Goes back to the release of an earlier deployment, with its commit, command, variables and service.
     *
     * @param currentEnvironment whether with the config's variables of now instead
     * @throws ConflictException where it never was completed, or its config was deleted since
     */
    public Deployment rollBack(DeploymentId id, boolean currentEnvironment, Actor actor) {
        Deployment queued = pending(id, new Origin(id, currentEnvironment), Trigger.ROLLBACK, actor);
        audit.with(
                actor, "deployment.rollback", "deployment/" + queued.id(), "to " + id, () -> transitions.add(queued));
        return queued;
    }

    /**
     * Starts a config's service again, with the release that serves, or served when it was stopped.
     *
     * @throws NotFoundException where it has none
     */
    public Deployment restart(ConfigId config, Actor actor) {
        Service service = services.find(config)
                .orElseThrow(() -> new NotFoundException(
                        "This config has no service that was ever started: give it one and deploy it."));
        DeploymentId serving = new DeploymentId(service.serving().value());
        Deployment queued = pending(serving, new Origin(serving, false), Trigger.RESTART, actor);
        audit.with(
                actor,
                "service.restart",
                "config/" + config,
                "by deployment " + queued.id(),
                () -> transitions.add(queued));
        return queued;
    }

    private Deployment pending(DeploymentId id, Origin origin, Trigger trigger, Actor actor) {
        Deployment earlier = deployments.find(id).orElseThrow(DeploymentId::notFound);
        ConfigId config = earlier.config();
        if (config == null) {
            throw new ConflictException("The config of this deployment was deleted: create one and trigger it.");
        }
        if (earlier.status() != DeploymentStatus.COMPLETED || releases.find(id).isEmpty()) {
            throw new ConflictException("Only a completed deployment's release can be brought back; this one is "
                    + earlier.status().label() + ".");
        }
        return Deployment.pending(
                        ids.get(),
                        config,
                        earlier.repository(),
                        earlier.branch(),
                        earlier.name(),
                        earlier.commit(),
                        trigger,
                        actor.name(),
                        clock.instant())
                .bringingBack(origin);
    }
}
