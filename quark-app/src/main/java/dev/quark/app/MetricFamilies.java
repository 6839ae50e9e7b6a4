package dev.quark.app;

import dev.quark.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Metrics as Prometheus knows them, being put together. What isn't known, a negative value or NaN, is left out; so is a
 * family of which nothing is known. For one thread.
 */
final class MetricFamilies {

    private final MetricSnapshots.Builder all = MetricSnapshots.builder();

    MetricSnapshots build() {
        return all.build();
    }

    /** What goes up and down. */
    Gauge gauge(String name, String help) {
        return new Gauge(name, help);
    }

    /** What goes up only; its name gets {@code _total}. */
    Counter counter(String name, String help) {
        return new Counter(name, help);
    }

    /** How many were how long; its name gets {@code _bucket}, {@code _sum} and {@code _count}. */
    Durations durations(String name, String help) {
        return new Durations(name, help);
    }

    private static boolean isKnown(double value) {
        return value >= 0;
    }

    /** Gauges of one name. */
    final class Gauge implements AutoCloseable {

        private final GaugeSnapshot.Builder family = GaugeSnapshot.builder();
        private boolean known;

        private Gauge(String name, String help) {
            family.name(name).help(help);
        }

        Gauge is(long value, String... labels) {
            return is((double) value, labels);
        }

        Gauge is(double value, String... labels) {
            if (isKnown(value)) {
                known = true;
                family.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .value(value)
                        .labels(Labels.of(labels))
                        .build());
            }
            return this;
        }

        @Override
        public void close() {
            if (known) {
                all.metricSnapshot(family.build());
            }
        }
    }

    /** Counters of one name. */
    final class Counter implements AutoCloseable {

        private final CounterSnapshot.Builder family = CounterSnapshot.builder();
        private boolean known;

        private Counter(String name, String help) {
            family.name(name).help(help);
        }

        Counter is(long value, String... labels) {
            return is((double) value, labels);
        }

        Counter is(double value, String... labels) {
            if (isKnown(value)) {
                known = true;
                family.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .value(value)
                        .labels(Labels.of(labels))
                        .build());
            }
            return this;
        }

        @Override
        public void close() {
            if (known) {
                all.metricSnapshot(family.build());
            }
        }
    }

    /** Histograms of one name. */
    final class Durations implements AutoCloseable {

        private final HistogramSnapshot.Builder family = HistogramSnapshot.builder();
        private boolean known;

        private Durations(String name, String help) {
            family.name(name).help(help);
        }

        void are(Histogram histogram, String... labels) {
            known = true;
            List<Double> bounds = new ArrayList<>();
            for (Duration bound : histogram.bounds()) {
                bounds.add(bound.toMillis() / 1000.0);
            }
            bounds.add(Double.POSITIVE_INFINITY);
            List<Long> counts = new ArrayList<>();
            for (long count : histogram.counts()) {
                counts.add(count);
            }
            family.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, counts))
                    .sum(histogram.sum().toNanos() / 1e9)
                    .labels(Labels.of(labels))
                    .build());
        }

        @Override
        public void close() {
            if (known) {
                all.metricSnapshot(family.build());
            }
        }
    }
}
