package dev.quark.core.metrics;

import dev.quark.core.deployment.DeploymentEvent;
import dev.quark.core.event.EventBus;
import dev.quark.core.problem.UnavailableException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The workload without counting it each time: anew once something changed here, and now and then, because other nodes
 * change it too. For one thread at a time.
 */
final class CurrentWorkload implements AutoCloseable {

    private static final long MOST_NANOS = Duration.ofSeconds(10).toNanos();

    private final WorkloadStore store;
    private final EventBus.Subscription subscription;
    private volatile boolean changed = true;
    private @Nullable Workload known;
    private long knownAt;

    CurrentWorkload(WorkloadStore store, EventBus events) {
        this.store = store;
        this.subscription = events.subscribe(event -> {
            if (event instanceof DeploymentEvent) {
                changed = true;
            }
        });
    }

    /** Null where the database doesn't answer. */
    @Nullable
    Workload get() {
        long now = System.nanoTime();
        if (changed || now - knownAt >= MOST_NANOS) {
            changed = false;
            knownAt = now;
            try {
                known = store.read();
            } catch (UnavailableException e) {
                known = null;
                changed = true;
            }
        }
        return known;
    }

    @Override
    public void close() {
        subscription.close();
    }
}
