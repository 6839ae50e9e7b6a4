package dev.quark.app;

import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStore;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.service.Instance;
import dev.quark.core.service.InstanceStore;
import dev.quark.core.service.Service;
import dev.quark.core.service.ServiceStore;
import dev.quark.core.service.Traffic;
import dev.quark.core.service.TrafficRouter;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The deployed apps, as the router and the instances' records show them. */
final class ServiceMetrics {

    private final ServiceStore services;
    private final InstanceStore instances;
    private final DeploymentStore deployments;
    private final TrafficRouter router;

    ServiceMetrics(ServiceStore services, InstanceStore instances, DeploymentStore deployments, TrafficRouter router) {
        this.services = services;
        this.instances = instances;
        this.deployments = deployments;
        this.router = router;
    }

    void collect(MetricFamilies to) {
        try (var counted = to.gauge("quark_service_instances", "Instances of an app by state");
                var responses = to.counter(
                        "quark_service_responses",
                        "Responses of an app's release that has the traffic; begins anew with each release");
                var errors = to.counter("quark_service_server_errors", "Those of them with a status of 500 or above");
                var failures =
                        to.counter("quark_service_failures", "Requests to which that release gave no whole response");
                var up = to.gauge(
                        "quark_router_up", "Whether the router of the apps answers; none where it isn't needed")) {
            boolean answers = true;
            boolean isNeeded = false;
            for (Service service : services.all()) {
                String[] labels = labels(service);
                instances(counted, service, labels);
                isNeeded |= !service.stopped();
                if (answers && !service.stopped()) {
                    try {
                        router.traffic(service.config())
                                .ifPresent(traffic -> traffic(responses, errors, failures, traffic, labels));
                    } catch (UnavailableException e) {
                        answers = false;
                    }
                }
            }
            up.is(isNeeded ? (answers ? 1 : 0) : Double.NaN);
        } catch (UnavailableException e) {
            // Of a database that doesn't answer, another gauge tells.
        }
    }

    private static void traffic(
            MetricFamilies.Numbers responses,
            MetricFamilies.Numbers errors,
            MetricFamilies.Numbers failures,
            Traffic traffic,
            String[] labels) {
        responses.is(traffic.responses(), labels);
        errors.is(traffic.serverErrors(), labels);
        failures.is(traffic.failures(), labels);
    }

    private void instances(MetricFamilies.Numbers counted, Service service, String[] labels) {
        Map<Instance.State, Integer> states = new EnumMap<>(Instance.State.class);
        for (Instance.State state : Instance.State.values()) {
            states.put(state, 0);
        }
        instances.ofConfig(service.config()).forEach(instance -> states.merge(instance.state(), 1, Integer::sum));
        states.forEach((state, count) -> {
            String[] more = Arrays.copyOf(labels, labels.length + 2);
            more[labels.length] = "state";
            more[labels.length + 1] = state.label();
            counted.is(count, more);
        });
    }

    /** The id, because names may change; and the names, because people read them. */
    private String[] labels(Service service) {
        Optional<Deployment> deployment =
                deployments.find(new DeploymentId(service.serving().value()));
        return new String[] {
            "config",
            service.config().toString(),
            "repository",
            deployment.map(known -> known.repository().toString()).orElse(""),
            "name",
            deployment.map(known -> known.name().toString()).orElse("")
        };
    }
}
