package dev.quark.core.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A day of samples, ten seconds apart, in memory: half a megabyte of numbers, of which the oldest make room for the newest.
 * A new process begins a new one. Safe for use by many threads.
 */
public final class SystemHistory {

    /** How far apart samples are. */
    public static final Duration STEP = Duration.ofSeconds(10);

    /** How many there are in a day. */
    public static final int MOST = (int) (Duration.ofDays(1).toSeconds() / STEP.toSeconds());

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock; the arrays are made with the first sample.
    private long[] times = {};
    private Map<Figure, float[]> values = Map.of();
    private long added;

    void add(SystemSample sample) {
        lock.lock();
        try {
            if (times.length == 0) {
                times = new long[MOST];
                values = columns(MOST);
            }
            int place = (int) (added % MOST);
            times[place] = sample.at().toEpochMilli();
            values.forEach((figure, column) -> column[place] = figure.of(sample));
            added++;
        } finally {
            lock.unlock();
        }
    }

    /** The samples since a time, the oldest first. */
    public Excerpt since(Instant from) {
        lock.lock();
        try {
            long count = Math.min(added, MOST);
            while (count > 0 && times[place(count)] < from.toEpochMilli()) {
                count--;
            }
            long[] at = new long[(int) count];
            Map<Figure, float[]> figures = columns((int) count);
            for (int i = 0; i < count; i++) {
                int place = place(count - i);
                at[i] = times[place];
                int index = i;
                values.forEach((figure, column) -> column(figures, figure)[index] = column[place]);
            }
            return new Excerpt(at, figures);
        } finally {
            lock.unlock();
        }
    }

    private static Map<Figure, float[]> columns(int length) {
        Map<Figure, float[]> columns = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            columns.put(figure, new float[length]);
        }
        return columns;
    }

    private static float[] column(Map<Figure, float[]> columns, Figure figure) {
        return Objects.requireNonNull(columns.get(figure));
    }

    /** Where the sample is that has so many, itself among them, up to the newest. */
    private int place(long fromEnd) {
        return (int) ((added - fromEnd) % MOST);
    }

    /** A part of the history; the arrays are the reader's own. */
    public static final class Excerpt {

        private final long[] times;
        private final Map<Figure, float[]> values;

        private Excerpt(long[] times, Map<Figure, float[]> values) {
            this.times = times;
            this.values = values;
        }

        /** How many samples there are. */
        public int size() {
            return times.length;
        }

        /** When the sample was taken, in milliseconds since 1970. */
        public long time(int index) {
            return times[index];
        }

        /** A figure of a sample; NaN where it isn't known. */
        public float value(Figure figure, int index) {
            return column(values, figure)[index];
        }
    }
}
