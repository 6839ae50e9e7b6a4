package dev.quark.core.deployment;

import dev.quark.core.service.InstanceStore;
import dev.quark.core.service.Launches;
import dev.quark.core.service.Retirement;
import dev.quark.core.service.ServiceStore;
import dev.quark.core.service.ServiceSupervisor;
import dev.quark.core.service.TrafficRouter;

/**
 * What a deployment needs to put a service to work.
 *
 * @param services which rollout serves
 * @param instances the instances
 * @param supervisor keeps them running
 * @param retirement takes old ones out of service
 * @param router takes requests to them
 * @param launches what they are started with
 * @param node this node's name
 */
public record ServiceDependencies(
        ServiceStore services,
        InstanceStore instances,
        ServiceSupervisor supervisor,
        Retirement retirement,
        TrafficRouter router,
        Launches launches,
        String node) {}
