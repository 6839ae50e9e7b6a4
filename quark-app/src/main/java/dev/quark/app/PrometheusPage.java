package dev.quark.app;

import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All metrics in Prometheus' text format. Micrometer is loaded when somebody asks for the first time: what is counted is
 * counted without it, and a server that nobody scrapes doesn't have it in memory. Safe for use by many threads, one at a
 * time.
 */
final class PrometheusPage implements Supplier<String> {

    private final QuarkMetrics metrics;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private @Nullable PrometheusMeterRegistry registry;

    PrometheusPage(QuarkMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public String get() {
        lock.lock();
        try {
            PrometheusMeterRegistry known = registry;
            if (known == null) {
                known = open();
                registry = known;
            }
            return known.scrape();
        } finally {
            lock.unlock();
        }
    }

    private PrometheusMeterRegistry open() {
        PrometheusMeterRegistry made = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(made);
        new JvmThreadMetrics().bindTo(made);
        new ClassLoaderMetrics().bindTo(made);
        made.getPrometheusRegistry().register(metrics::collect);
        return made;
    }
}
