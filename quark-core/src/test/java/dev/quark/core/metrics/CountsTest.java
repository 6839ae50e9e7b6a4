package dev.quark.core.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentState.InProgress;
import dev.quark.core.deployment.DeploymentState.Pending;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Transitions;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.event.LocalEventBus;
import dev.quark.core.testing.InMemoryStores;
import dev.quark.core.testing.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CountsTest {

    private static final long MILLISECOND = Duration.ofMillis(1).toNanos();

    private final RequestCounts requests = new RequestCounts();

    @Test
    void aDurationIsInTheFirstBucketThatHoldsIt() {
        Histogram histogram = new Histogram(List.of(Duration.ofMillis(1), Duration.ofMillis(10)));
        histogram.add(0);
        histogram.add(MILLISECOND);
        histogram.add(MILLISECOND + 1);
        histogram.add(10 * MILLISECOND);
        histogram.add(11 * MILLISECOND);
        assertArrayEquals(new long[] {2, 2, 1}, histogram.counts());
        assertEquals(Duration.ofNanos(23 * MILLISECOND + 1), histogram.sum());
    }

    @Test
    void requestsAreCountedByMethodRouteAndStatus() {
        requests.add("GET", "/deployments/{id}", 200, MILLISECOND);
        requests.add("GET", "/deployments/{id}", 200, 3 * MILLISECOND);
        requests.add("GET", "/deployments/{id}", 404, MILLISECOND);
        RequestCounts.Route route = new RequestCounts.Route("GET", "/deployments/{id}");
        assertEquals(
                Map.of(new RequestCounts.Key(route, 200), 2L, new RequestCounts.Key(route, 404), 1L),
                requests.counts());
        assertEquals(List.of(2L, 1L), List.of(buckets(route)[0], buckets(route)[1]));
    }

    private long[] buckets(RequestCounts.Route route) {
        return Objects.requireNonNull(requests.durations().get(route)).counts();
    }

    @Test
    void methodsThatClientsMakeUpAreOneKey() {
        for (int i = 0; i < 1000; i++) {
            requests.add("MADE" + i, "*", 404, MILLISECOND);
        }
        assertEquals(
                Map.of(new RequestCounts.Key(new RequestCounts.Route("other", "*"), 404), 1000L), requests.counts());
    }

    @Test
    void deploymentsAreCountedWithHowLongTheyRan() {
        InMemoryStores stores = new InMemoryStores();
        LocalEventBus events = new LocalEventBus();
        Transitions transitions = new Transitions(stores.deployments(), stores.phases(), events);
        DeploymentConfig config = Samples.config(Samples.REPOSITORY, "production");
        stores.configs().add(config);
        try (DeploymentCounts counts = new DeploymentCounts(events)) {
            Deployment done = Samples.pending(config, Trigger.PUSH);
            transitions.add(done);
            InProgress running = new Pending().start(Samples.NOW, "node");
            transitions.move(done.id(), done.state(), running);
            transitions.move(done.id(), running, running.complete(Samples.NOW.plusSeconds(20)));
            // Nothing moves any more.
            transitions.move(done.id(), running, running.fail(Samples.NOW, 1, "too late"));
            Deployment replaced = Samples.pending(config, Trigger.PUSH);
            transitions.add(replaced);
            transitions.move(replaced.id(), replaced.state(), new Pending().cancel(Samples.NOW, "replaced"));
            assertEquals(1, counts.ended(DeploymentStatus.COMPLETED));
            assertEquals(0, counts.ended(DeploymentStatus.FAILED));
            assertEquals(1, counts.ended(DeploymentStatus.CANCELLED));
            assertEquals(
                    Duration.ofSeconds(20),
                    counts.durations(DeploymentStatus.COMPLETED).sum());
            assertEquals(1, counts.durations(DeploymentStatus.COMPLETED).counts()[3]);
            assertEquals(
                    Duration.ZERO, counts.durations(DeploymentStatus.CANCELLED).sum());
        }
    }
}
