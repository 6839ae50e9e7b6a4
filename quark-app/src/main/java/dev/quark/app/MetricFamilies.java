package dev.quark.app;

import dev.quark.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjDoubleConsumer;
import java.util.function.Supplier;

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
    Numbers gauge(String name, String help) {
        GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(name).help(help);
        return new Numbers(
                (labels, value) -> family.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .value(value)
                        .labels(labels)
                        .build()),
                family::build);
    }

    /** What goes up only; its name gets {@code _total}. */
    Numbers counter(String name, String help) {
        CounterSnapshot.Builder family = CounterSnapshot.builder().name(name).help(help);
        return new Numbers(
                (labels, value) -> family.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .value(value)
                        .labels(labels)
                        .build()),
                family::build);
    }

    /** How many were how long; its name gets {@code _bucket}, {@code _sum} and {@code _count}. */
    Durations durations(String name, String help) {
        return new Durations(name, help);
    }

    /** Numbers of one name, each with labels of its own; what isn't known is left out. */
    final class Numbers implements AutoCloseable {

        private final ObjDoubleConsumer<Labels> point;
        private final Supplier<MetricSnapshot> family;
        private boolean known;

        private Numbers(ObjDoubleConsumer<Labels> point, Supplier<MetricSnapshot> family) {
            this.point = point;
            this.family = family;
        }

        Numbers is(long value, String... labels) {
            return is((double) value, labels);
        }

        Numbers is(double value, String... labels) {
            if (value >= 0) {
                known = true;
                point.accept(Labels.of(labels), value);
            }
            return this;
        }

        @Override
        public void close() {
            if (known) {
                all.metricSnapshot(family.get());
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
