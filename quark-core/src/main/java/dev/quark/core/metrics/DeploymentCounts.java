package dev.quark.core.metrics;

import dev.quark.core.deployment.DeploymentEvent;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.event.EventBus;
import dev.quark.core.event.QuarkEvent;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts the deployments that ended on this node since the start. Safe for use by many threads. */
public final class DeploymentCounts implements AutoCloseable {

    private static final List<Duration> BOUNDS = Stream.of(1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 14_400)
            .map(Duration::ofSeconds)
            .toList();

    private final Map<DeploymentStatus, Ended> ended = new EnumMap<>(DeploymentStatus.class);
    private final EventBus.Subscription subscription;

    /** Counts from now on. */
    public DeploymentCounts(EventBus events) {
        for (DeploymentStatus status : DeploymentStatus.values()) {
            if (status.isFinal()) {
                ended.put(status, new Ended(new LongAdder(), new Histogram(BOUNDS)));
            }
        }
        this.subscription = events.subscribe(this::listen);
    }

    private record Ended(LongAdder count, Histogram durations) {}

    private void listen(QuarkEvent event) {
        if (event instanceof DeploymentEvent.StatusChanged change
                && change.status().isFinal()) {
            Ended known = of(change.status());
            known.count().increment();
            if (change.ran() != null) {
                known.durations().add(Math.max(0, change.ran().toNanos()));
            }
        }
    }

    private Ended of(DeploymentStatus status) {
        Ended known = ended.get(status);
        if (known == null) {
            throw new IllegalArgumentException(status + " is no end");
        }
        return known;
    }

    /** How many ended with a final status. */
    public long ended(DeploymentStatus status) {
        return of(status).count().sum();
    }

    /** How long those ran that ended with a final status; one that never ran isn't among them. */
    public Histogram durations(DeploymentStatus status) {
        return of(status).durations();
    }

    @Override
    public void close() {
        subscription.close();
    }
}
