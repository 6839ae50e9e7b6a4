package dev.quark.core.deployment;

import dev.quark.core.log.LogBatch;
import dev.quark.core.log.LogId;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogStore;
import dev.quark.core.log.SpoolPosition;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.source.Commit;
import dev.quark.core.testing.Stores;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Stores whose database fails for a while. */
final class FaultyStores {

    private final Stores stores;

    FaultyStores(Stores stores) {
        this.stores = stores;
    }

    static UnavailableException away() {
        return new UnavailableException("The database does not answer.");
    }

    /** Logs that refuse the first batch with a text: it isn't stored. */
    LogStore logsThatRefuse(String text, RuntimeException failure) {
        return new Logs(stores.logs(), text, failure, new AtomicInteger(1), false);
    }

    /** Logs that store the first batch with a text, but seem to have failed. */
    LogStore logsThatSeemToRefuse(String text, RuntimeException failure) {
        return new Logs(stores.logs(), text, failure, new AtomicInteger(1), true);
    }

    /** Deployments whose next transitions fail. */
    DeploymentStore deploymentsThatRefuseToMove(int times) {
        return new Deployments(stores.deployments(), new AtomicInteger(times), () -> {}, () -> {}, () -> {});
    }

    /** Deployments that do something when the commit is noted. */
    DeploymentStore whenTheCommitIsNoted(Runnable action) {
        return new Deployments(stores.deployments(), new AtomicInteger(), action, () -> {}, () -> {});
    }

    /** Deployments that can't be looked up as often as a counter says. */
    DeploymentStore deploymentsThatCantBeFound(AtomicInteger times) {
        return new Deployments(stores.deployments(), new AtomicInteger(), () -> {}, () -> {}, () -> {
            if (times.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw away();
            }
        });
    }

    /** Deployments of which a node claims the next one just before the first move. */
    DeploymentStore claimedBeforeTheFirstMove() {
        AtomicInteger moves = new AtomicInteger();
        return new Deployments(
                stores.deployments(),
                new AtomicInteger(),
                () -> {},
                () -> {
                    if (moves.getAndIncrement() == 0) {
                        stores.queue().claim("another node", Instant.EPOCH);
                    }
                },
                () -> {});
    }

    private record Logs(LogStore logs, String text, RuntimeException failure, AtomicInteger left, boolean stored)
            implements LogStore {

        @Override
        public void append(LogBatch batch) {
            boolean fails =
                    batch.lines().stream().anyMatch(line -> line.text().contains(text)) && left.getAndDecrement() > 0;
            if (!fails || stored) {
                logs.append(batch);
            }
            if (fails) {
                throw failure;
            }
        }

        @Override
        public List<LogLine> read(LogId log, long after, int limit) {
            return logs.read(log, after, limit);
        }

        @Override
        public End end(LogId log) {
            return logs.end(log);
        }

        @Override
        public SpoolPosition position(LogId log, UUID source) {
            return logs.position(log, source);
        }

        @Override
        public boolean prune(Instant before, int limit) {
            return logs.prune(before, limit);
        }
    }

    private record Deployments(
            DeploymentStore deployments,
            AtomicInteger left,
            Runnable atCommit,
            Runnable beforeMove,
            Runnable beforeFind)
            implements DeploymentStore {

        @Override
        public void add(Deployment deployment) {
            deployments.add(deployment);
        }

        @Override
        public Optional<Deployment> find(DeploymentId id) {
            beforeFind.run();
            return deployments.find(id);
        }

        @Override
        public List<Deployment> list(DeploymentFilter filter, @Nullable DeploymentId before, int limit, long offset) {
            return deployments.list(filter, before, limit, offset);
        }

        @Override
        public long count(DeploymentFilter filter) {
            return deployments.count(filter);
        }

        @Override
        public boolean transition(DeploymentId id, DeploymentState from, DeploymentState to) {
            if (left.getAndDecrement() > 0) {
                throw away();
            }
            beforeMove.run();
            return deployments.transition(id, from, to);
        }

        @Override
        public void recordCommit(DeploymentId id, Commit commit) {
            deployments.recordCommit(id, commit);
            atCommit.run();
        }

        @Override
        public boolean remove(DeploymentId id) {
            return deployments.remove(id);
        }
    }
}
