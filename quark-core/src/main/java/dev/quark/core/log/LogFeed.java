package dev.quark.core.log;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The newest stored lines of one log, in memory, and the readers that wait for more. */
final class LogFeed {

    /** How much text is kept; a reader that is further behind reads from storage. */
    private static final int MAX_CHARACTERS = 1 << 20;

    final LogId log;

    /** How many writers and readers there are; changed only inside the map that holds the feed. */
    final AtomicInteger users = new AtomicInteger();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final ArrayDeque<LogBatch> tail = new ArrayDeque<>();
    private long characters;
    private long wakes;
    private long calls;

    LogFeed(LogId log) {
        this.log = log;
    }

    /** Shows a batch that is stored. */
    void show(LogBatch batch) {
        lock.lock();
        try {
            tail.addLast(batch);
            characters += size(batch);
            while (characters > MAX_CHARACTERS && tail.size() > 1) {
                characters -= size(tail.removeFirst());
            }
            wakes++;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Makes readers look for news other than lines. */
    void wake() {
        lock.lock();
        try {
            wakes++;
            calls++;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A number that grows with each batch and each wake. */
    long wakes() {
        lock.lock();
        try {
            return wakes;
        } finally {
            lock.unlock();
        }
    }

    /** A number that grows with each wake, but with no batch. */
    long calls() {
        lock.lock();
        try {
            return calls;
        } finally {
            lock.unlock();
        }
    }

    /** The batch that holds line {@code seq}; null where it isn't in memory. */
    @Nullable
    LogBatch holding(long seq) {
        lock.lock();
        try {
            // Most readers are near the end, which an old log's memory is far from.
            Iterator<LogBatch> newestFirst = tail.descendingIterator();
            while (newestFirst.hasNext()) {
                LogBatch batch = newestFirst.next();
                if (batch.firstSeq() <= seq) {
                    return seq <= batch.lastSeq() ? batch : null;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until {@link #wakes} is no longer {@code seen}; false where it still is after {@code atMost}. */
    boolean await(long seen, Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = atMost.toNanos();
            while (wakes == seen && left > 0) {
                left = news.awaitNanos(left);
            }
            return wakes != seen;
        } finally {
            lock.unlock();
        }
    }

    private static long size(LogBatch batch) {
        long size = 0;
        for (LogLine line : batch.lines()) {
            size += line.text().length() + 32;
        }
        return size;
    }
}
