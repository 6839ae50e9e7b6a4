package dev.quark.persistence;

import dev.quark.core.problem.UnavailableException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Does the units of many callers on one thread, all that wait at the same time in one transaction: what makes a commit slow
 * is waiting for the disk, and they wait for it together. Where one of them fails, all are undone and each is done again in
 * a transaction of its own, so that it fails only for its caller.
 */
final class GroupCommit implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(GroupCommit.class.getName());

    private static final int MAX_WAITING = 1024;
    private static final int MAX_TOGETHER = 256;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

    private final BlockingQueue<Job<?>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Transactions transactions;
    private final Duration patience;
    private final Thread thread;
    private volatile boolean closed;

    /** @param patience how long a caller waits for a place where too many wait already */
    GroupCommit(Transactions transactions, Duration patience) {
        this.transactions = transactions;
        this.patience = patience;
        this.thread = Thread.ofPlatform().name("sqlite-writer").daemon().start(this::loop);
    }

    /** Does a unit and waits until it is committed, whether the calling thread is interrupted or not. */
    <T extends @Nullable Object> T run(Database.Unit<T> unit) {
        Job<T> job = new Job<>(unit);
        enqueue(job);
        return job.await();
    }

    /** Whether somebody is there to do units. */
    boolean isAlive() {
        return thread.isAlive() && !closed;
    }

    /** How many units wait. */
    int waiting() {
        return waiting.size();
    }

    private void enqueue(Job<?> job) {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("A unit of work can't begin another one");
        }
        if (closed || !offer(job)) {
            throw closed ? stopped() : new UnavailableException("Too many requests wait for the database: try again.");
        }
        // The thread looks into the queue once more after it was closed; what came even later is taken back here.
        if (closed && waiting.remove(job)) {
            throw stopped();
        }
    }

    private boolean offer(Job<?> job) {
        if (waiting.offer(job)) {
            return true;
        }
        long deadline = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return waiting.offer(job, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void loop() {
        List<Job<?>> together = new ArrayList<>(MAX_TOGETHER);
        while (!closed || !waiting.isEmpty()) {
            try {
                together.add(waiting.take());
                waiting.drainTo(together, MAX_TOGETHER - 1);
                commit(together);
            } catch (InterruptedException e) {
                // Nobody interrupts this thread; close() wakes it with a job.
            } catch (Throwable e) {
                LOG.log(System.Logger.Level.ERROR, "A group of writes was given up", e);
                together.forEach(job -> job.fail(e));
            } finally {
                together.clear();
            }
        }
    }

    private void commit(List<Job<?>> jobs) {
        Throwable fault = attempt(jobs);
        if (fault == null) {
            jobs.forEach(Job::succeed);
        } else if (jobs.size() == 1) {
            jobs.get(0).fail(fault);
        } else {
            jobs.forEach(job -> commit(List.of(job)));
        }
    }

    private @Nullable Throwable attempt(List<Job<?>> jobs) {
        try {
            Session session = transactions.begin();
            for (Job<?> job : jobs) {
                job.run(session);
            }
            transactions.commit();
            return null;
        } catch (Throwable e) {
            try {
                transactions.rollback();
            } catch (Throwable failed) {
                e.addSuppressed(failed);
            }
            return e;
        }
    }

    private static UnavailableException stopped() {
        return new UnavailableException("QUARK is being stopped: try again when it is back.");
    }

    /** Does what waits, then ends the thread; later callers are refused. */
    @Override
    public void close() {
        closed = true;
        boolean woken = waiting.offer(new Job<>(session -> true));
        try {
            if (!thread.join(CLOSE_LIMIT)) {
                LOG.log(System.Logger.Level.WARNING, "Writes still wait for the disk (woken: " + woken + ")");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Begins and ends transactions on the one connection; called by the one thread only. */
    interface Transactions {

        Session begin() throws SQLException;

        void commit() throws SQLException;

        /** Undoes what was begun; does nothing where nothing was. */
        void rollback() throws SQLException;
    }

    private static final class Job<T extends @Nullable Object> {

        private final Database.Unit<T> unit;
        private final CompletableFuture<T> outcome = new CompletableFuture<>();

        @SuppressWarnings("NullAway.Init") // set by run(), which comes before succeed()
        private T result;

        Job(Database.Unit<T> unit) {
            this.unit = unit;
        }

        void run(Session session) throws SQLException {
            result = unit.run(session);
        }

        void succeed() {
            outcome.complete(result);
        }

        void fail(Throwable fault) {
            outcome.completeExceptionally(fault);
        }

        T await() {
            try {
                return outcome.join();
            } catch (CompletionException e) {
                throw SqlFaults.translate(e.getCause() == null ? e : e.getCause());
            }
        }
    }
}
