package dev.quark.http;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.webhook.AutoDeployRule;
import dev.quark.core.webhook.Delivery;
import dev.quark.core.webhook.DeliveryStore;
import dev.quark.core.webhook.PushPlan;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Deliveries in memory. */
final class FakeDeliveries implements DeliveryStore {

    private final FakeConfigs configs;
    private final FakeDeployments deployments;
    final Map<String, Delivery> stored = new LinkedHashMap<>();
    private final Map<String, Accepted> outcomes = new LinkedHashMap<>();

    FakeDeliveries(FakeConfigs configs, FakeDeployments deployments) {
        this.configs = configs;
        this.deployments = deployments;
    }

    @Override
    public synchronized Accepted accept(Delivery delivery, PushPlanner planner) {
        Accepted before = outcomes.get(delivery.id());
        if (before != null) {
            return new Accepted(before.deployments(), List.of(), before.action(), true);
        }
        List<DeploymentConfig> ofRepository =
                delivery.repository() == null ? List.of() : configs.ofRepository(delivery.repository());
        PushPlan plan = planner.plan(ofRepository.stream()
                .map(c -> new AutoDeployRule(
                        c.id(), c.repository(), c.branch(), c.name(), c.autoDeploy(), c.pathFilters()))
                .toList());
        plan.deployments().forEach(deployments::add);
        Accepted accepted =
                new Accepted(plan.deployments().stream().map(d -> d.id()).toList(), List.of(), plan.action(), false);
        stored.put(delivery.id(), delivery);
        outcomes.put(delivery.id(), accepted);
        return accepted;
    }

    @Override
    public boolean prune(Instant before, int limit) {
        return false;
    }
}
