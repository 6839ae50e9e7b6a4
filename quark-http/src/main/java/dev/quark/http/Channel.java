package dev.quark.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Messages for whoever listens when they come. Whoever publishes never waits: for a listener that doesn't keep up so many
 * are kept, and of those beyond the oldest are dropped and counted. Thread-safe.
 *
 * @param <M> a message before it is encoded
 */
final class Channel<M> {

    /** What is kept for a listener; all share the messages' bytes. */
    static final int MOST_WAITING = 256;

    private final Set<Mailbox> mailboxes = ConcurrentHashMap.newKeySet();
    private final Runnable watched;

    Channel() {
        this(() -> {});
    }

    /** @param watched called whenever a listener has joined, on the listener's thread */
    Channel(Runnable watched) {
        this.watched = watched;
    }

    void publish(M message) {
        for (Mailbox mailbox : mailboxes) {
            mailbox.take(message);
        }
    }

    /** Tells all listeners that messages never came this far. */
    void lost(long count) {
        for (Mailbox mailbox : mailboxes) {
            mailbox.lost(count);
        }
    }

    /**
     * Begins to listen; the mailbox is to be closed.
     *
     * @param view a message as this listener gets it, encoded once for all who get the same; null where it isn't for them
     */
    Mailbox join(Function<M, byte @Nullable []> view) {
        Mailbox mailbox = new Mailbox(view);
        mailboxes.add(mailbox);
        watched.run();
        return mailbox;
    }

    int listeners() {
        return mailboxes.size();
    }

    /** How many messages wait for all listeners together. */
    int waiting() {
        return mailboxes.stream().mapToInt(Mailbox::size).sum();
    }

    /** What waits for one listener. */
    final class Mailbox implements AutoCloseable {

        private final ReentrantLock lock = new ReentrantLock();
        private final Condition news = lock.newCondition();
        private final Function<M, byte @Nullable []> view;

        // Guarded by the lock.
        private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(4);
        private long dropped;

        private Mailbox(Function<M, byte @Nullable []> view) {
            this.view = view;
        }

        private void take(M message) {
            byte[] encoded = view.apply(message);
            if (encoded == null) {
                return;
            }
            lock.lock();
            try {
                if (waiting.size() == MOST_WAITING) {
                    waiting.removeFirst();
                    dropped++;
                }
                waiting.addLast(encoded);
                news.signal();
            } finally {
                lock.unlock();
            }
        }

        private void lost(long count) {
            lock.lock();
            try {
                dropped += count;
                news.signal();
            } finally {
                lock.unlock();
            }
        }

        /** The next message, or how many there would have been before it; null where nothing came in that time. */
        byte @Nullable [] next(Duration atMost) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                long left = atMost.toNanos();
                while (waiting.isEmpty() && dropped == 0 && left > 0) {
                    left = news.awaitNanos(left);
                }
                if (dropped > 0) {
                    long count = dropped;
                    dropped = 0;
                    return Json.bytes(json -> {
                        json.writeStartObject();
                        json.writeStringField("type", "dropped");
                        json.writeNumberField("count", count);
                        json.writeEndObject();
                    });
                }
                return waiting.pollFirst();
            } finally {
                lock.unlock();
            }
        }

        private int size() {
            lock.lock();
            try {
                return waiting.size();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            mailboxes.remove(this);
        }
    }
}
