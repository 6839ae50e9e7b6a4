package dev.quark.core.metrics;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** How many durations were how long. Safe for use by many threads, which don't wait for each other. */
public final class Histogram {

    private final List<Duration> bounds;
    private final long[] boundNanos;
    private final LongAdder[] counts;
    private final LongAdder nanos = new LongAdder();

    /** @param bounds each bucket's greatest duration, ascending; one more bucket has what is longer */
    Histogram(List<Duration> bounds) {
        this.bounds = bounds;
        this.boundNanos = bounds.stream().mapToLong(Duration::toNanos).toArray();
        this.counts = new LongAdder[boundNanos.length + 1];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    void add(long duration) {
        int bucket = 0;
        while (bucket < boundNanos.length && duration > boundNanos[bucket]) {
            bucket++;
        }
        counts[bucket].increment();
        nanos.add(duration);
    }

    /** Each bucket's greatest duration. */
    public List<Duration> bounds() {
        return bounds;
    }

    /** How many there are in each bucket; the last one has what is longer than every bound. */
    public long[] counts() {
        long[] sums = new long[counts.length];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = counts[i].sum();
        }
        return sums;
    }

    /** All durations together. */
    public Duration sum() {
        return Duration.ofNanos(nanos.sum());
    }
}
