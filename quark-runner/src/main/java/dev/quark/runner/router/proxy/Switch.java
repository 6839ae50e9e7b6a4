package dev.quark.runner.router.proxy;

import dev.quark.core.service.Cutover;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/** A switch from one release to the next, measured from its start to the end of the drain. */
final class Switch {

    private static final long LONGEST_US = TimeUnit.HOURS.toMicros(24);

    private final String release;
    private final long begun = System.nanoTime();
    private final LongAdder requests = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final ConcurrentHistogram took = new ConcurrentHistogram(LONGEST_US, 2);
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable Cutover cutover;

    Switch(String release) {
        this.release = release;
    }

    /** What was switched to. */
    String release() {
        return release;
    }

    /** A request of the config has ended. */
    void count(boolean failure, boolean timed, long nanos) {
        requests.increment();
        if (failure) {
            failed.increment();
        }
        if (timed) {
            took.recordValue(Math.min(LONGEST_US, Math.max(1, nanos / 1000)));
        }
    }

    /** Ends the measurement; false where it was ended before. */
    boolean end() {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        cutover = new Cutover(
                requests.sum(),
                failed.sum(),
                Duration.ofNanos(took.getValueAtPercentile(99) * 1000),
                Duration.ofNanos(Math.max(1000, System.nanoTime() - begun)));
        return true;
    }

    /** The outcome can be asked for from now on. */
    void publish() {
        over.countDown();
    }

    /** The outcome; null where the drain isn't over in time. */
    @Nullable
    Cutover await(Duration atMost) throws InterruptedException {
        return over.await(atMost.toMillis(), TimeUnit.MILLISECONDS) ? cutover : null;
    }

    /** The outcome; null before the end. */
    @Nullable
    Cutover cutover() {
        return cutover;
    }
}
