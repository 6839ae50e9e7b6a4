package dev.quark.core.testing;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.webhook.AutoDeployRule;
import dev.quark.core.webhook.Delivery;
import dev.quark.core.webhook.DeliveryStore;
import dev.quark.core.webhook.PushPlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class InMemoryDeliveries implements DeliveryStore {

    private record Stored(Delivery delivery, Accepted accepted) {}

    private final Memory memory;

    /** By id, in the order in which they came. */
    private final Map<String, Stored> deliveries = new LinkedHashMap<>();

    InMemoryDeliveries(Memory memory) {
        this.memory = memory;
    }

    @Override
    public Accepted accept(Delivery delivery, PushPlanner planner) {
        return memory.locked(() -> {
            Stored stored = deliveries.get(delivery.id());
            if (stored != null) {
                Accepted first = stored.accepted();
                return new Accepted(first.deployments(), first.superseded(), first.action(), true);
            }
            PushPlan plan = planner.plan(rules(delivery.repository()));
            check(plan);
            List<DeploymentId> superseded = new ArrayList<>();
            for (Deployment deployment : plan.deployments()) {
                superseded.addAll(supersede(deployment, delivery.receivedAt()));
                memory.add(deployment);
            }
            List<DeploymentId> ids =
                    plan.deployments().stream().map(Deployment::id).toList();
            Accepted accepted = new Accepted(ids, List.copyOf(superseded), plan.action(), false);
            deliveries.put(delivery.id(), new Stored(delivery, accepted));
            return accepted;
        });
    }

    @Override
    public boolean prune(Instant before, int limit) {
        return memory.locked(() -> {
            List<String> old = deliveries.values().stream()
                    .filter(stored -> stored.delivery().receivedAt().isBefore(before))
                    .map(stored -> stored.delivery().id())
                    .toList();
            old.stream().limit(limit).forEach(deliveries::remove);
            return old.size() > limit;
        });
    }

    private List<AutoDeployRule> rules(@Nullable RepositoryName repository) {
        return memory.configs.values().stream()
                .filter(config -> config.repository().equals(repository))
                .map(InMemoryDeliveries::rule)
                .toList();
    }

    private void check(PushPlan plan) {
        for (Deployment deployment : plan.deployments()) {
            if (deployment.config() == null || !memory.configs.containsKey(deployment.config())) {
                throw new ConflictException("The config of this deployment was deleted in this moment.");
            }
        }
    }

    private List<DeploymentId> supersede(Deployment newer, Instant at) {
        List<Deployment> earlier = memory.unfinished(newer.config(), DeploymentStatus.PENDING).stream()
                .filter(deployment -> deployment.trigger() == Trigger.PUSH)
                .toList();
        boolean running =
                !memory.unfinished(newer.config(), DeploymentStatus.IN_PROGRESS).isEmpty();
        List<Deployment> replaced = running ? earlier : earlier.stream().skip(1).toList();
        for (Deployment deployment : replaced) {
            String reason = "superseded by deployment " + newer.id();
            memory.put(Memory.with(deployment, new DeploymentState.Cancelled(null, Memory.millis(at), reason)));
        }
        return replaced.stream().map(Deployment::id).toList();
    }

    private static AutoDeployRule rule(DeploymentConfig config) {
        return new AutoDeployRule(
                config.id(),
                config.repository(),
                config.branch(),
                config.name(),
                config.autoDeploy(),
                config.pathFilters());
    }
}
