package dev.quark.http;

import dev.quark.core.problem.UnavailableException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The streams that are served: they go on for as long as a deployment does, so a stop has to tell them. Thread-safe. */
final class Streams implements AutoCloseable {

    private final Set<Stream> open = ConcurrentHashMap.newKeySet();
    private final Duration patience;
    private volatile boolean stopping;

    /** @param patience how long {@link #close} waits for streams to end */
    Streams(Duration patience) {
        this.patience = patience;
    }

    /**
     * A stream that is about to be served; to be closed when it was.
     *
     * @param admission throws where the client may not read it, or no more: what it was admitted by can be revoked
     */
    Stream open(Runnable admission) {
        Stream stream = new Stream(admission);
        open.add(stream);
        if (stopping) {
            stream.end();
        }
        return stream;
    }

    int count() {
        return open.size();
    }

    boolean stopping() {
        return stopping;
    }

    /** Ends all streams, and waits until they have said so to their clients. */
    @Override
    public void close() {
        stopping = true;
        long deadline = System.nanoTime() + patience.toNanos();
        open.forEach(Stream::end);
        try {
            while (!open.isEmpty() && System.nanoTime() < deadline) {
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where the next of a stream comes from. */
    @FunctionalInterface
    interface Source<T extends @Nullable Object> {

        /** Waits for it so long at most. */
        T next(Duration atMost) throws InterruptedException;
    }

    /**
     * One stream. It is interrupted only while it waits for news: an interrupt in the middle of a write would close the
     * connection, and the client would never learn why.
     */
    final class Stream implements AutoCloseable {

        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable Thread waiting;
        private boolean ended;

        // The serving thread's own.
        private final Runnable admission;
        private long admittedAt = System.nanoTime();

        private Stream(Runnable admission) {
            this.admission = admission;
        }

        /**
         * What comes next. Whether the client is still admitted is asked again after as long as this waits at most.
         *
         * @throws InterruptedException where the stream is to end
         */
        <T extends @Nullable Object> T next(Source<T> source, Duration atMost) throws InterruptedException {
            askAgain(atMost);
            enter();
            try {
                return source.next(atMost);
            } finally {
                leave();
            }
        }

        private void askAgain(Duration interval) {
            long now = System.nanoTime();
            if (now - admittedAt < interval.toNanos()) {
                return;
            }
            admittedAt = now;
            try {
                admission.run();
            } catch (UnavailableException e) {
                // Who was admitted stays so until somebody says otherwise.
            }
        }

        /** Makes the stream end before it waits the next time, or at once if it does already. */
        void end() {
            lock.lock();
            try {
                ended = true;
                if (waiting != null) {
                    waiting.interrupt();
                }
            } finally {
                lock.unlock();
            }
        }

        private void enter() throws InterruptedException {
            lock.lock();
            try {
                if (ended) {
                    throw new InterruptedException("the stream is to end");
                }
                waiting = Thread.currentThread();
            } finally {
                lock.unlock();
            }
        }

        private void leave() {
            lock.lock();
            try {
                waiting = null;
                if (ended) {
                    // Whoever ended it may have been too late to wake the cursor; the flag has no more use.
                    Thread.interrupted();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            open.remove(this);
        }
    }
}
