package dev.quark.core.deployment;

import dev.quark.core.config.ConfigId;
import dev.quark.core.service.Instance;
import dev.quark.core.service.InstanceStore;
import dev.quark.core.service.RolloutId;
import dev.quark.core.service.Service;
import dev.quark.core.service.ServiceStore;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Knows which releases can't be spared, since a service runs from them or is started from them. Safe for many threads. */
public final class ReleasesInUse {

    private final ServiceStore services;
    private final InstanceStore instances;
    private final ReleaseStore releases;

    /** Looks into these stores. */
    public ReleasesInUse(ServiceStore services, InstanceStore instances, ReleaseStore releases) {
        this.services = services;
        this.instances = instances;
        this.releases = releases;
    }

    /** The deployments of a config whose instances run or whose release serves, and those in whose folders they do. */
    public Set<DeploymentId> of(ConfigId config) {
        Stream<RolloutId> running = instances.ofConfig(config).stream().map(Instance::rollout);
        Stream<RolloutId> serving = services.find(config).map(Service::serving).stream();
        return Stream.concat(running, serving)
                .map(rollout -> new DeploymentId(rollout.value()))
                .flatMap(id -> Stream.concat(Stream.of(id), releases.find(id).map(Release::folder).stream()))
                .collect(Collectors.toSet());
    }
}
