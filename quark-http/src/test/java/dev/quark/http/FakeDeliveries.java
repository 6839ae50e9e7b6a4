package dev.quark.http;

import dev.quark.core.source.RepositoryName;
import dev.quark.core.webhook.AutoDeployRule;
import dev.quark.core.webhook.Delivery;
import dev.quark.core.webhook.DeliveryStore;
import dev.quark.core.webhook.PushPlan;
import dev.quark.core.webhook.StoredDelivery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Deliveries in memory. */
final class FakeDeliveries implements DeliveryStore {

    private final FakeConfigs configs;
    private final FakeDeployments deployments;
    final Map<String, Delivery> stored = new LinkedHashMap<>();
    private final Map<String, Accepted> outcomes = new LinkedHashMap<>();

    private final Map<String, PushPlan> plans = new LinkedHashMap<>();

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
        PushPlan plan = planner.plan(delivery.repository() == null ? List.of() : rules(delivery.repository()));
        plan.deployments().forEach(deployments::add);
        Accepted accepted =
                new Accepted(plan.deployments().stream().map(d -> d.id()).toList(), List.of(), plan.action(), false);
        stored.put(delivery.id(), delivery);
        outcomes.put(delivery.id(), accepted);
        plans.put(delivery.id(), plan);
        return accepted;
    }

    @Override
    public List<AutoDeployRule> rules(RepositoryName repository) {
        return configs.ofRepository(repository).stream().map(AutoDeployRule::of).toList();
    }

    @Override
    public List<StoredDelivery> list(@Nullable RepositoryName repository, int limit, long offset) {
        List<StoredDelivery> all = new ArrayList<>();
        stored.keySet().forEach(id -> all.add(0, find(id).orElseThrow()));
        return all.stream()
                .filter(s ->
                        repository == null || repository.equals(s.delivery().repository()))
                .skip(offset)
                .limit(limit)
                .toList();
    }

    @Override
    public long count(@Nullable RepositoryName repository) {
        return list(repository, Integer.MAX_VALUE, 0).size();
    }

    @Override
    public synchronized Optional<StoredDelivery> find(String id) {
        return Optional.ofNullable(stored.get(id))
                .map(delivery -> new StoredDelivery(
                        delivery,
                        Objects.requireNonNull(outcomes.get(id)).action(),
                        Objects.requireNonNull(plans.get(id)).verdicts(),
                        Objects.requireNonNull(outcomes.get(id)).deployments()));
    }

    @Override
    public boolean prune(Instant before, int limit) {
        return false;
    }
}
