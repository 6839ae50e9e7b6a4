package dev.quark.core.testing;

import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentFilter;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentQueue;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.DeploymentStore;
import dev.quark.core.source.Commit;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

final class InMemoryDeployments implements DeploymentStore, DeploymentQueue {

    private final Memory memory;

    InMemoryDeployments(Memory memory) {
        this.memory = memory;
    }

    @Override
    public void add(Deployment deployment) {
        memory.locked(() -> {
            memory.add(deployment);
            return true;
        });
    }

    @Override
    public Optional<Deployment> find(DeploymentId id) {
        return memory.locked(() -> Optional.ofNullable(memory.deployments.get(id)));
    }

    @Override
    public List<Deployment> list(DeploymentFilter filter, @Nullable DeploymentId before, int limit, long offset) {
        return memory.locked(
                () -> matching(filter, before).skip(offset).limit(limit).toList());
    }

    @Override
    public long count(DeploymentFilter filter) {
        return memory.locked(() -> matching(filter, null).count());
    }

    @Override
    public boolean transition(DeploymentId id, DeploymentState from, DeploymentState to) {
        return memory.locked(() -> {
            Deployment deployment = memory.deployments.get(id);
            if (deployment == null || !deployment.state().equals(Memory.stored(from))) {
                return false;
            }
            memory.put(Memory.with(deployment, Memory.stored(to)));
            return true;
        });
    }

    @Override
    public void recordCommit(DeploymentId id, Commit commit) {
        memory.locked(
                () -> memory.deployments.computeIfPresent(id, (key, deployment) -> withCommit(deployment, commit)));
    }

    @Override
    public boolean remove(DeploymentId id) {
        return memory.locked(() -> {
            Deployment deployment = memory.deployments.get(id);
            if (deployment == null || deployment.status() == DeploymentStatus.IN_PROGRESS) {
                return false;
            }
            memory.deployments.remove(id);
            memory.unfinished.values().forEach(ids -> ids.remove(id));
            memory.phases.remove(id);
            memory.releases.remove(id);
            memory.results.remove(id);
            memory.rollouts.remove(id.rollout());
            memory.logs.remove(id.log());
            return true;
        });
    }

    @Override
    public Optional<Deployment> claim(String node, Instant at) {
        return memory.locked(() -> memory.unfinished(null, DeploymentStatus.PENDING).stream()
                .filter(this::mayStart)
                .findFirst()
                .map(pending -> {
                    DeploymentState.Run run = new DeploymentState.Run(Memory.millis(at), node);
                    memory.put(Memory.with(pending, new DeploymentState.InProgress(run)));
                    return memory.get(pending.id());
                }));
    }

    @Override
    public List<Deployment> running(String node) {
        return memory.locked(() -> memory.unfinished(null, DeploymentStatus.IN_PROGRESS).stream()
                .filter(deployment -> node.equals(deployment.node()))
                .toList());
    }

    @Override
    public int takeUp(DeploymentId id) {
        return memory.locked(() -> memory.takeUps.merge(id, 1, Integer::sum));
    }

    @Override
    public void getsOn(DeploymentId id) {
        memory.locked(() -> memory.takeUps.remove(id));
    }

    @Override
    public List<Deployment> awaitingChecks() {
        return memory.locked(() -> memory.unfinished(null, DeploymentStatus.PENDING).stream()
                .filter(InMemoryDeployments::awaitsChecks)
                .toList());
    }

    @Override
    public Optional<Integer> position(DeploymentId id) {
        return memory.locked(() -> {
            int index = memory.unfinished(null, DeploymentStatus.PENDING).stream()
                    .filter(deployment -> !awaitsChecks(deployment))
                    .map(Deployment::id)
                    .toList()
                    .indexOf(id);
            return index < 0 ? Optional.empty() : Optional.of(index + 1);
        });
    }

    @Override
    public boolean requestCancellation(DeploymentId id, String by) {
        return memory.locked(() -> {
            Deployment deployment = memory.deployments.get(id);
            if (deployment == null || deployment.status() != DeploymentStatus.IN_PROGRESS) {
                return false;
            }
            if (deployment.cancelledBy() == null) {
                memory.put(cancelledBy(deployment, by));
            }
            return true;
        });
    }

    private boolean mayStart(Deployment pending) {
        return pending.config() != null
                && !awaitsChecks(pending)
                && memory.unfinished(pending.config(), DeploymentStatus.IN_PROGRESS)
                        .isEmpty();
    }

    static boolean awaitsChecks(Deployment deployment) {
        return deployment.state() instanceof DeploymentState.Pending pending && pending.checksUntil() != null;
    }

    private Stream<Deployment> matching(DeploymentFilter filter, @Nullable DeploymentId before) {
        SortedMap<DeploymentId, Deployment> newestFirst = memory.deployments.descendingMap();
        return (before == null
                        ? newestFirst
                        : memory.deployments.headMap(before, false).descendingMap())
                .values().stream()
                        .filter(d ->
                                filter.repository() == null || d.repository().equals(filter.repository()))
                        .filter(d -> filter.branch() == null || d.branch().equals(filter.branch()))
                        .filter(d -> filter.status() == null || d.status() == filter.status());
    }

    private static Deployment withCommit(Deployment deployment, Commit commit) {
        return new Deployment(
                deployment.id(),
                deployment.config(),
                deployment.repository(),
                deployment.branch(),
                deployment.name(),
                commit,
                deployment.trigger(),
                deployment.triggeredBy(),
                deployment.origin(),
                deployment.createdAt(),
                deployment.state(),
                deployment.cancelledBy());
    }

    private static Deployment cancelledBy(Deployment deployment, String by) {
        return new Deployment(
                deployment.id(),
                deployment.config(),
                deployment.repository(),
                deployment.branch(),
                deployment.name(),
                deployment.commit(),
                deployment.trigger(),
                deployment.triggeredBy(),
                deployment.origin(),
                deployment.createdAt(),
                deployment.state(),
                by);
    }
}
