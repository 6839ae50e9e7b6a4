package dev.quark.core.requestlog;

import dev.quark.core.event.EventBus;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Logs requests beside them: a request leaves a note and goes on, one thread makes entries of the notes, stores them in
 * batches and then tells of them. Where notes come faster than they are stored, or the database doesn't answer, they are
 * dropped and counted. What isn't stored when the process dies is lost. Safe for use by many threads.
 */
public final class RequestLog implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(RequestLog.class.getName());

    private static final int MOST_WAITING = 4096;

    /** What is stored in one step; others who write wait for no more than that. */
    private static final int BATCH = 256;

    /** How long the thread lets notes gather. */
    private static final Duration GATHERING = Duration.ofMillis(50);

    /** After how many entries the oldest are looked after: requests can come faster than a timer runs. */
    private static final int TIDY_EACH = 10_000;

    private static final int PRUNED_A_STEP = 1000;

    /** Says nothing. */
    private static final Note WAKE = id -> {
        throw new IllegalStateException("nothing to say");
    };

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final BlockingQueue<Note> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong recorded = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final RequestLogStore store;
    private final EventBus events;
    private final Supplier<UUID> ids;
    private final Thread thread;
    private volatile boolean closed;

    // The thread's own.
    private long droppedTold;
    private long untidied;
    private boolean failing;

    /** @param ids makes the entries' ids, each greater than the one before */
    public RequestLog(RequestLogStore store, EventBus events, Supplier<UUID> ids) {
        this.store = store;
        this.events = events;
        this.ids = ids;
        this.thread = Thread.ofPlatform().name("request-log").daemon().start(this::loop);
    }

    /** Leaves a note of a request that has ended; never waits. */
    public void record(Note note) {
        if (closed || !waiting.offer(note)) {
            dropped.incrementAndGet();
        }
    }

    /** How many requests were stored since the start. */
    public long recorded() {
        return recorded.get();
    }

    /** How many requests could not be stored since the start. */
    public long dropped() {
        return dropped.get();
    }

    private void loop() {
        List<Note> notes = new ArrayList<>(BATCH);
        while (!closed || !waiting.isEmpty()) {
            try {
                notes.add(waiting.take());
                if (!closed) {
                    Thread.sleep(GATHERING);
                }
                do {
                    waiting.drainTo(notes, BATCH - notes.size());
                    log(notes);
                    notes.clear();
                } while (waiting.size() >= BATCH);
            } catch (InterruptedException e) {
                // Nobody interrupts this thread; close() wakes it with a note.
            } catch (RuntimeException e) {
                notes.clear();
                LOG.log(Level.ERROR, "Requests could not be logged", e);
            }
        }
    }

    private void log(List<Note> notes) {
        List<RequestEntry> entries = new ArrayList<>(notes.size());
        for (Note note : notes) {
            if (!note.equals(WAKE)) {
                entry(note, entries);
            }
        }
        if (!entries.isEmpty() && !add(entries)) {
            dropped.addAndGet(entries.size());
            entries.clear();
        }
        long lost = dropped.get() - droppedTold;
        if (!entries.isEmpty() || lost > 0) {
            droppedTold += lost;
            recorded.addAndGet(entries.size());
            events.publish(new RequestsLogged(entries, lost));
            tidy(entries.size());
        }
    }

    private void tidy(int more) {
        untidied += more;
        if (untidied >= TIDY_EACH) {
            untidied = 0;
            try {
                removeSurplus();
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "Old requests could not be removed; trying again later", e);
            }
        }
    }

    private void removeSurplus() {
        boolean more = true;
        for (int step = 0; more && step < 2 * TIDY_EACH / PRUNED_A_STEP; step++) {
            more = store.prune(Instant.EPOCH, PRUNED_A_STEP);
        }
    }

    private void entry(Note note, List<RequestEntry> entries) {
        try {
            entries.add(note.entry(ids.get()));
        } catch (RuntimeException e) {
            dropped.incrementAndGet();
            LOG.log(Level.ERROR, "A request could not be logged", e);
        }
    }

    private boolean add(List<RequestEntry> entries) {
        try {
            store.add(entries);
            failing = false;
            return true;
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.log(Level.WARNING, "Requests are not logged until the database takes them", e);
            }
            failing = true;
            return false;
        }
    }

    /** Stores what waits, then stops; what comes later is dropped. */
    @Override
    public void close() {
        closed = true;
        boolean woken = waiting.offer(WAKE);
        try {
            if (!thread.join(CLOSE_LIMIT)) {
                LOG.log(Level.WARNING, "Requests still wait to be logged (woken: " + woken + ")");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A request that has ended. */
    @FunctionalInterface
    public interface Note {

        /** What there is to say about it, without its secrets; called on the log's thread, which has the time. */
        RequestEntry entry(UUID id);
    }
}
