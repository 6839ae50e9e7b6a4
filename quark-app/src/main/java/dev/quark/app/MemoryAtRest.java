package dev.quark.app;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Has garbage collected when a burst of work is over, so that the memory it took goes back to the system: without it the
 * heap would stay as large until it is full, for days on a quiet server. To be run every {@link #EVERY}, on one thread.
 */
final class MemoryAtRest implements Runnable {

    static final Duration EVERY = Duration.ofSeconds(30);

    /** So much more than after the last time is worth a pause of some 30 ms. */
    static final long WORTH_BYTES = 16L << 20;

    /** Who worked for less than this is at rest. */
    static final Duration BUSY = Duration.ofSeconds(1);

    private final LongSupplier heapBytes;
    private final Supplier<Duration> worked;
    private final Runnable collect;
    private long kept;
    private Duration seen;

    /** For this JVM, which has just collected its garbage. */
    MemoryAtRest() {
        this(
                () -> Runtime.getRuntime().totalMemory(),
                () -> ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO),
                System::gc);
    }

    /**
     * @param heapBytes how large the heap is
     * @param worked how long processors have worked for this JVM so far
     * @param collect collects garbage
     */
    MemoryAtRest(LongSupplier heapBytes, Supplier<Duration> worked, Runnable collect) {
        this.heapBytes = heapBytes;
        this.worked = worked;
        this.collect = collect;
        this.kept = heapBytes.getAsLong();
        this.seen = worked.get();
    }

    @Override
    public void run() {
        Duration now = worked.get();
        boolean rests = now.minus(seen).compareTo(BUSY) < 0;
        seen = now;
        if (rests && heapBytes.getAsLong() - kept >= WORTH_BYTES) {
            collect.run();
            kept = heapBytes.getAsLong();
        }
    }
}
