package dev.quark.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The threads that serve streams: they go on for as long as a deployment does, so a stop has to tell them. Thread-safe. */
final class Streams implements AutoCloseable {

    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final Duration patience;
    private volatile boolean stopping;

    /** @param patience how long {@link #close} waits for streams to end */
    Streams(Duration patience) {
        this.patience = patience;
    }

    /** What a stream does until it ends. */
    @FunctionalInterface
    interface Stream<E extends Exception> {
        void run() throws E, InterruptedException;
    }

    /**
     * Runs a stream on this thread, which is this task's own.
     *
     * @throws InterruptedException where the server stops
     */
    <E extends Exception> void run(Stream<E> stream) throws E, InterruptedException {
        threads.add(Thread.currentThread());
        try {
            if (stopping) {
                throw new InterruptedException("the server is stopping");
            }
            stream.run();
        } finally {
            threads.remove(Thread.currentThread());
        }
    }

    int count() {
        return threads.size();
    }

    boolean stopping() {
        return stopping;
    }

    /** Interrupts all streams, and waits until they have ended. */
    @Override
    public void close() {
        stopping = true;
        long end = System.nanoTime() + patience.toNanos();
        threads.forEach(Thread::interrupt);
        try {
            while (!threads.isEmpty() && System.nanoTime() < end) {
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
