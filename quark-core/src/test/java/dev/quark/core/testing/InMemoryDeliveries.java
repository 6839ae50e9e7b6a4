package dev.quark.core.testing;

import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.source.Commit;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.webhook.AutoDeployRule;
import dev.quark.core.webhook.Delivery;
import dev.quark.core.webhook.DeliveryStore;
import dev.quark.core.webhook.PushPlan;
import dev.quark.core.webhook.StoredDelivery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

final class InMemoryDeliveries implements DeliveryStore {

    private record Stored(Delivery delivery, Accepted accepted, PushPlan plan) {}

    private static final Comparator<Stored> NEWEST = Comparator.comparing(
                    (Stored stored) -> Memory.millis(stored.delivery().receivedAt()))
            .thenComparing(stored -> stored.delivery().id())
            .reversed();

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
            PushPlan plan = withoutSameCommits(planner.plan(rules(delivery.repository())));
            check(plan);
            List<DeploymentId> superseded = new ArrayList<>();
            for (Deployment deployment : plan.deployments()) {
                superseded.addAll(supersede(deployment, delivery.receivedAt()));
                memory.add(deployment);
            }
            List<DeploymentId> ids =
                    plan.deployments().stream().map(Deployment::id).toList();
            Accepted accepted = new Accepted(ids, List.copyOf(superseded), plan.action(), false);
            deliveries.put(delivery.id(), new Stored(delivery, accepted, plan));
            return accepted;
        });
    }

    @Override
    public List<StoredDelivery> list(@Nullable RepositoryName repository, int limit, long offset) {
        return memory.locked(() -> matching(repository).stream()
                .sorted(NEWEST)
                .skip(offset)
                .limit(limit)
                .map(stored -> stored(stored, new byte[0]))
                .toList());
    }

    @Override
    public long count(@Nullable RepositoryName repository) {
        return memory.locked(() -> matching(repository).size());
    }

    @Override
    public Optional<StoredDelivery> find(String id) {
        return memory.locked(() -> Optional.ofNullable(deliveries.get(id))
                .map(stored -> stored(stored, stored.delivery().payload())));
    }

    private List<Stored> matching(@Nullable RepositoryName repository) {
        return deliveries.values().stream()
                .filter(stored -> repository == null
                        || repository.equals(stored.delivery().repository()))
                .toList();
    }

    private StoredDelivery stored(Stored stored, byte[] payload) {
        Delivery delivery = stored.delivery();
        return new StoredDelivery(
                new Delivery(
                        delivery.id(),
                        delivery.event(),
                        delivery.repository(),
                        Memory.millis(delivery.receivedAt()),
                        delivery.headers(),
                        payload),
                stored.accepted().action(),
                stored.plan().verdicts(),
                stored.accepted().deployments().stream()
                        .filter(memory.deployments::containsKey)
                        .toList());
    }

    private PushPlan withoutSameCommits(PushPlan plan) {
        PushPlan rest = plan;
        for (Deployment deployment : plan.deployments()) {
            ConfigId config = deployment.config();
            DeploymentId same = config == null ? null : sameCommit(deployment);
            if (config != null && same != null) {
                rest = rest.without(config, same);
            }
        }
        return rest;
    }

    private @Nullable DeploymentId sameCommit(Deployment deployment) {
        List<Deployment> ofConfig = memory.deployments.values().stream()
                .filter(other -> Objects.equals(other.config(), deployment.config()))
                .toList();
        List<Deployment> same = ofConfig.stream()
                .filter(other -> sha(other).equals(sha(deployment)))
                .toList();
        if (same.isEmpty()) {
            return null;
        }
        Deployment last = same.get(same.size() - 1);
        boolean caughtUp = last.trigger() == Trigger.CATCH_UP && last.equals(ofConfig.get(ofConfig.size() - 1));
        return deployment.trigger() == Trigger.CATCH_UP || caughtUp ? last.id() : null;
    }

    private static Optional<CommitSha> sha(Deployment deployment) {
        return Optional.ofNullable(deployment.commit()).map(Commit::sha);
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
                .map(AutoDeployRule::of)
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
                .filter(deployment -> deployment.trigger() == Trigger.PUSH || deployment.trigger() == Trigger.CATCH_UP)
                .toList();
        boolean running =
                !memory.unfinished(newer.config(), DeploymentStatus.IN_PROGRESS).isEmpty();
        List<Deployment> starting = running
                ? List.of()
                : earlier.stream()
                        .filter(deployment -> !InMemoryDeployments.awaitsChecks(deployment))
                        .limit(1)
                        .toList();
        List<Deployment> replaced = earlier.stream()
                .filter(deployment -> !starting.contains(deployment))
                .toList();
        for (Deployment deployment : replaced) {
            String reason = "superseded by deployment " + newer.id();
            memory.put(Memory.with(deployment, new DeploymentState.Cancelled(null, Memory.millis(at), reason)));
        }
        return replaced.stream().map(Deployment::id).toList();
    }
}
