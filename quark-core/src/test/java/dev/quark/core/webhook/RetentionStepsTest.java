package dev.quark.core.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.requestlog.RequestFilter;
import dev.quark.core.testing.InMemoryStores;
import dev.quark.core.testing.Samples;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is too old goes, all of it, and nothing else. */
class RetentionStepsTest {

    private static final Duration KEEP = Duration.ofDays(90);
    private static final Instant OLD = Samples.NOW.minus(KEEP).minusSeconds(60);
    private static final Instant YOUNG = Samples.NOW.minus(KEEP).plusSeconds(60);

    private final InMemoryStores stores = new InMemoryStores();
    private final Retention retention = new Retention(
            stores.logs(),
            stores.deliveries(),
            stores.requestLog(),
            KEEP,
            Duration.ofDays(14),
            Clock.fixed(Samples.NOW, ZoneOffset.UTC));
    private final DeploymentConfig config = Samples.config(Samples.REPOSITORY, "production");

    private Deployment ended(Instant at, int lines) {
        Deployment pending = Samples.pending(config, Trigger.MANUAL);
        stores.deployments().add(pending);
        stores.deployments()
                .transition(pending.id(), pending.state(), ((DeploymentState.Pending) pending.state()).cancel(at, "x"));
        for (int first = 1; first <= lines; first += 1000) {
            stores.logs().append(Samples.lines(pending.id().log(), first, Math.min(lines, first + 999), at));
        }
        return pending;
    }

    private int lines(Deployment deployment) {
        return stores.logs().read(deployment.id().log(), 0, 100_000).size();
    }

    private boolean isKnown(String delivery) {
        return stores.deliveries()
                .accept(Samples.delivery(delivery), rules -> PushPlan.nothing("x"))
                .duplicate();
    }

    @Test
    void oldLinesGoInStepsTheirDeploymentsAndYoungLinesStay() {
        stores.configs().add(config);
        Deployment old = ended(OLD, 45_000);
        Deployment young = ended(YOUNG, 10);
        retention.run();
        assertEquals(0, lines(old));
        assertEquals(10, lines(young));
        assertTrue(stores.deployments().find(old.id()).isPresent());
    }

    @Test
    void oldDeliveriesGoInStepsAndYoungOnesStay() {
        List<String> names = java.util.stream.IntStream.range(0, 450)
                .mapToObj(i -> "old-" + i)
                .toList();
        names.forEach(name -> stores.deliveries().accept(Samples.delivery(name, OLD), rules -> PushPlan.nothing("x")));
        stores.deliveries().accept(Samples.delivery("young", YOUNG), rules -> PushPlan.nothing("x"));
        retention.run();
        names.forEach(name -> assertFalse(isKnown(name)));
        assertTrue(isKnown("young"));
    }

    @Test
    void oldRequestsGoInStepsByALimitOfTheirOwn() {
        Instant limit = Samples.NOW.minus(Duration.ofDays(14));
        for (int i = 0; i < 2500; i++) {
            stores.requestLog().add(List.of(Samples.request(i, limit.minusMillis(1))));
        }
        stores.requestLog().add(List.of(Samples.request(2500, limit)));
        retention.run();
        assertEquals(List.of(Samples.request(2500, limit)), stores.requestLog().list(RequestFilter.ALL, null, 10, 0));
    }

    @Test
    void itStopsWhereItsThreadIsInterrupted() {
        stores.configs().add(config);
        Deployment old = ended(OLD, 10);
        Thread.currentThread().interrupt();
        retention.run();
        assertTrue(Thread.interrupted());
        assertEquals(10, lines(old));
    }
}
