package dev.quark.persistence;

import dev.quark.core.problem.UnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * One thread that writes what many ask for: whatever waits is put into one transaction, so that one sync of the disk serves
 * all of it. Where a transaction fails, each of its units is tried again in one of its own, so that a bad unit fails its own
 * caller alone.
 */
final class GroupCommit implements AutoCloseable {

    private static final int QUEUE = 4096;
    private static final int GROUP = 256;
    private static final long PATIENCE_SECONDS = 10;

    private final Handle handle;
    private final Session session;
    private final ArrayBlockingQueue<Unit<?>> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Thread thread;
    private volatile boolean closed;

    GroupCommit(Handle handle) {
        this.handle = handle;
        this.session = new Session(handle);
        this.thread = Thread.ofPlatform().name("database-writer").daemon().start(this::run);
    }

    <T extends @Nullable Object> T write(Function<Session, T> work) {
        Unit<T> unit = new Unit<>(work);
        offer(unit);
        try {
            return unit.done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Waits for room; an interrupt neither shortens the wait nor gets lost. */
    private void offer(Unit<?> unit) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (closed || !queue.offer(unit, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                        throw new UnavailableException("The database is too busy, or closed: try again in a moment.");
                    }
                    return;
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

    private void run() {
        List<Unit<?>> group = new ArrayList<>(GROUP);
        try {
            while (!closed || !queue.isEmpty()) {
                group.add(queue.take());
                queue.drainTo(group, GROUP - 1);
                commit(group);
                group.clear();
            }
        } catch (InterruptedException e) {
            // Closed; what is still queued is refused below.
        }
        UnavailableException gone = new UnavailableException("The server is stopping.");
        queue.forEach(unit -> unit.done.completeExceptionally(gone));
    }

    private void commit(List<Unit<?>> group) {
        try {
            handle.begin();
            group.forEach(unit -> unit.attempt(session));
            handle.commit();
            group.forEach(Unit::succeed);
        } catch (RuntimeException | Error e) {
            rollBack();
            if (group.size() == 1) {
                group.get(0).done.completeExceptionally(e);
            } else {
                group.forEach(unit -> commit(List.of(unit)));
            }
        }
    }

    private void rollBack() {
        try {
            handle.rollback();
        } catch (RuntimeException e) {
            System.getLogger(GroupCommit.class.getName()).log(System.Logger.Level.WARNING, "Nothing to roll back", e);
        }
    }

    /** Writes what waits, then stops. */
    @Override
    public void close() {
        closed = true;
        try {
            if (queue.isEmpty()) {
                thread.interrupt();
            }
            thread.join(5000);
            thread.interrupt();
            thread.join(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        handle.close();
    }

    /** One caller's work. */
    private static final class Unit<T extends @Nullable Object> {

        private final Function<Session, T> work;
        private final CompletableFuture<T> done = new CompletableFuture<>();
        private @Nullable T result;

        Unit(Function<Session, T> work) {
            this.work = work;
        }

        void attempt(Session session) {
            result = work.apply(session);
        }

        @SuppressWarnings("NullAway") // T decides whether the result may be null
        void succeed() {
            done.complete(result);
        }
    }
}
