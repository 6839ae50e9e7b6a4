package dev.quark.core.deployment;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigStore;
import dev.quark.core.config.ServiceSettings;
import dev.quark.core.identity.Actor;
import dev.quark.core.identity.Audit;
import dev.quark.core.log.LiveLogs;
import dev.quark.core.log.LogId;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.service.Instance;
import dev.quark.core.service.Rollout;
import dev.quark.core.service.Service;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows a config's service, and stops it. Safe for use by many threads. */
public final class ManageService {

    private final ConfigStore configs;
    private final DeploymentStore deployments;
    private final ServiceDependencies needs;
    private final LiveLogs logs;
    private final Audit audit;
    private final Clock clock;

    /** Manages the services of this node. */
    public ManageService(
            ConfigStore configs,
            DeploymentStore deployments,
            ServiceDependencies needs,
            LiveLogs logs,
            Audit audit,
            Clock clock) {
        this.configs = configs;
        this.deployments = deployments;
        this.needs = needs;
        this.logs = logs;
        this.audit = audit;
        this.clock = clock;
    }

    /** A config's service as it is now. */
    public View show(ConfigId config) {
        ServiceSettings settings =
                configs.find(config).orElseThrow(ConfigId::notFound).service();
        Service service = needs.services().find(config).orElse(null);
        List<Seen> instances = needs.instances().ofConfig(config).stream()
                .map(instance ->
                        new Seen(instance, needs.supervisor().inspect(instance).pid()))
                .toList();
        return new View(settings, service, instances);
    }

    /**
     * Begins to follow a service's log.
     *
     * @param after the number of the last line that the watcher has; 0 for none
     */
    public LogFollower follow(ConfigId config, long after) {
        if (configs.find(config).isEmpty()) {
            throw ConfigId.notFound();
        }
        return new ServiceCursor(logs.read(new LogId(config.value()), after));
    }

    /** How far the services of some deployments have come; none for those without. */
    public List<Rollout> rollouts(Collection<DeploymentId> ids) {
        return needs.services().rollouts(ids.stream().map(DeploymentId::rollout).toList());
    }

    /**
     * Stops a service: from now on requests get 503, until it is started again. Those under way are finished first, and
     * nobody waits for that here.
     *
     * @throws ConflictException where one of its deployments is running
     */
    public void stop(ConfigId config, Actor actor) {
        if (configs.find(config).isEmpty()) {
            throw ConfigId.notFound();
        }
        Service service = needs.services()
                .find(config)
                .orElseThrow(() -> new NotFoundException("This config has no service that was ever started."));
        if (isDeployed(config)) {
            throw new ConflictException(
                    "A deployment of this config is running: cancel it first, or wait for its end.");
        }
        Service stopped = new Service(config, service.serving(), true, service.node(), clock.instant());
        audit.with(
                actor,
                "service.stop",
                "config/" + config,
                "",
                () -> needs.services().save(stopped));
        needs.supervisor().note(config, "Stopped by " + actor.name());
        needs.retirement().stop(stopped);
    }

    /** Ends a service for good, and does something when nothing is left of it, which is at once where none runs. */
    void end(ConfigId config, Runnable afterwards) {
        boolean runs = needs.services().find(config).isPresent()
                || !needs.instances().ofConfig(config).isEmpty();
        if (runs) {
            needs.retirement().endLater(config, afterwards);
        } else {
            afterwards.run();
        }
    }

    /** Stops the services whose config was removed by a QUARK that was killed before it came to them. */
    public void endOrphans() throws InterruptedException {
        for (Service service : needs.services().all()) {
            if (service.node().equals(needs.node())
                    && configs.find(service.config()).isEmpty()) {
                needs.retirement().end(service.config());
            }
        }
    }

    private boolean isDeployed(ConfigId config) {
        return configs.find(config).stream()
                .map(known -> new DeploymentFilter(known.repository(), null, DeploymentStatus.IN_PROGRESS))
                .flatMap(filter -> deployments.list(filter, null, 1000, 0).stream())
                .anyMatch(deployment -> config.equals(deployment.config()));
    }

    /**
     * A config's service.
     *
     * @param settings as the config says now; null where it has none
     * @param service null where none was ever put to work
     * @param instances by rollout and number
     */
    public record View(
            @Nullable ServiceSettings settings, @Nullable Service service, List<Seen> instances) {}

    /**
     * An instance with its process.
     *
     * @param instance the instance
     * @param pid its process's number; null where none runs on this node
     */
    public record Seen(Instance instance, @Nullable Long pid) {}
}
