package dev.quark.core.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.DeploymentEvent;
import dev.quark.core.deployment.DeploymentFilter;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Transitions;
import dev.quark.core.event.LocalEventBus;
import dev.quark.core.secret.Secret;
import dev.quark.core.testing.InMemoryStores;
import dev.quark.core.testing.Samples;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deliveries that were verified: what they queue, and whom that is told. */
class AcceptPushTest {

    private final InMemoryStores stores = new InMemoryStores();
    private final LocalEventBus events = new LocalEventBus();
    private final List<Object> told = new ArrayList<>();
    private final DeploymentConfig config = Samples.config(Samples.REPOSITORY, "production");
    private final ReceiveWebhook webhook = new ReceiveWebhook(
            new WebhookSignature(Secret.of("It's a Secret to Everybody")),
            stores.deliveries(),
            new Transitions(stores.deployments(), stores.phases(), events),
            events,
            Samples::deploymentId,
            Clock.fixed(Samples.NOW, ZoneOffset.UTC));

    @BeforeEach
    void addConfig() {
        stores.configs().add(config);
        events.subscribe(told::add);
    }

    private DeliveryStore.Accepted push(String delivery) {
        return webhook.accept(
                Samples.delivery(delivery),
                new Push(
                        Samples.REPOSITORY,
                        "refs/heads/main",
                        false,
                        Samples.commit("Say hello"),
                        Set.of("src/a.c"),
                        true,
                        "mona"));
    }

    private static DeploymentEvent changed(dev.quark.core.deployment.DeploymentId id, DeploymentStatus status) {
        return new DeploymentEvent.StatusChanged(id, status);
    }

    @Test
    void whatIsQueuedIsToldOfOnceItIsStored() {
        List<Long> stored = new ArrayList<>();
        events.subscribe(event -> stored.add(stores.deployments().count(DeploymentFilter.ANY)));
        DeliveryStore.Accepted accepted = push("1");
        assertEquals(List.of(changed(accepted.deployments().getFirst(), DeploymentStatus.PENDING)), told);
        assertEquals(List.of(1L), stored);
        assertFalse(accepted.duplicate());
    }

    @Test
    void aDuplicateQueuesAndTellsNothingAndAnswersAsTheFirst() {
        DeliveryStore.Accepted first = push("1");
        told.clear();
        DeliveryStore.Accepted again = push("1");
        assertTrue(again.duplicate());
        assertEquals(first.deployments(), again.deployments());
        assertTrue(told.isEmpty());
        assertEquals(1, stores.deployments().count(DeploymentFilter.ANY));
    }

    @Test
    void whatIsSupersededIsToldOf() {
        push("1");
        stores.queue().claim("node", Samples.NOW);
        DeliveryStore.Accepted second = push("2");
        told.clear();
        DeliveryStore.Accepted third = push("3");
        assertEquals(
                List.of(
                        changed(second.deployments().getFirst(), DeploymentStatus.CANCELLED),
                        changed(third.deployments().getFirst(), DeploymentStatus.PENDING)),
                told);
    }

    @Test
    void otherEventsAreStoredAndCauseNothing() {
        assertEquals("pong", other("ping").action());
        assertEquals("ignored: issues causes no deployment", other("issues").action());
        assertTrue(other("ping").duplicate());
        assertTrue(told.isEmpty());
    }

    private DeliveryStore.Accepted other(String event) {
        return webhook.accept(new Delivery("of-" + event, event, null, Samples.NOW, Map.of(), new byte[0]));
    }
}
