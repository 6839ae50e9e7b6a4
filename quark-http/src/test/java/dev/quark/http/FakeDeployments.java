package dev.quark.http;

import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentFilter;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentQueue;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.DeploymentStore;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.source.Commit;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Deployments in memory. */
final class FakeDeployments implements DeploymentStore, DeploymentQueue {

    private final TreeMap<DeploymentId, Deployment> all = new TreeMap<>();
    volatile boolean down;
    volatile boolean broken;
    volatile boolean unreadable;

    @Override
    public synchronized void add(Deployment deployment) {
        all.put(deployment.id(), deployment);
    }

    @Override
    public synchronized Optional<Deployment> find(DeploymentId id) {
        if (down) {
            throw new UnavailableException("The database doesn't answer.");
        }
        if (broken) {
            throw new IllegalStateException("a secret detail");
        }
        if (unreadable) {
            throw new UncheckedIOException(new AccessDeniedException("a secret detail"));
        }
        return Optional.ofNullable(all.get(id));
    }

    @Override
    public synchronized List<Deployment> list(
            DeploymentFilter filter, @Nullable DeploymentId before, int limit, long offset) {
        return matching(filter).stream()
                .filter(d -> before == null || d.id().compareTo(before) < 0)
                .skip(offset)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized long count(DeploymentFilter filter) {
        return matching(filter).size();
    }

    private List<Deployment> matching(DeploymentFilter filter) {
        return all.values().stream()
                .filter(d -> filter.repository() == null || d.repository().equals(filter.repository()))
                .filter(d -> filter.branch() == null || d.branch().equals(filter.branch()))
                .filter(d -> filter.status() == null || d.status() == filter.status())
                .sorted(Comparator.comparing(Deployment::id).reversed())
                .toList();
    }

    @Override
    public synchronized boolean transition(DeploymentId id, DeploymentState from, DeploymentState to) {
        Deployment present = all.get(id);
        if (present == null || !present.state().equals(from)) {
            return false;
        }
        put(
                id,
                d -> new Deployment(
                        d.id(),
                        d.config(),
                        d.repository(),
                        d.branch(),
                        d.name(),
                        d.commit(),
                        d.trigger(),
                        d.triggeredBy(),
                        d.origin(),
                        d.createdAt(),
                        to,
                        d.cancelledBy()));
        return true;
    }

    private void put(DeploymentId id, UnaryOperator<Deployment> change) {
        all.computeIfPresent(id, (key, deployment) -> change.apply(deployment));
    }

    @Override
    public void recordCommit(DeploymentId id, Commit commit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized boolean remove(DeploymentId id) {
        Deployment present = all.get(id);
        return present != null && present.status() != DeploymentStatus.IN_PROGRESS && all.remove(id) != null;
    }

    @Override
    public Optional<Deployment> claim(String node, Instant at) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Deployment> running(String node) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Deployment> awaitingChecks() {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized Optional<Integer> position(DeploymentId id) {
        List<Deployment> pending = new ArrayList<>(all.values());
        pending.removeIf(d -> d.status() != DeploymentStatus.PENDING);
        int index = pending.stream().map(Deployment::id).toList().indexOf(id);
        return index < 0 ? Optional.empty() : Optional.of(index + 1);
    }

    @Override
    public int takeUp(DeploymentId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void getsOn(DeploymentId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized boolean requestCancellation(DeploymentId id, String by) {
        return find(id).filter(d -> d.status() == DeploymentStatus.IN_PROGRESS).isPresent();
    }
}
