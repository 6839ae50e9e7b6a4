package dev.quark.core.deployment;

import static dev.quark.core.testing.Samples.NOW;
import static dev.quark.core.testing.Samples.REPOSITORY;
import static dev.quark.core.testing.Samples.config;
import static dev.quark.core.testing.Samples.pending;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.DeploymentState.InProgress;
import dev.quark.core.deployment.DeploymentState.Pending;
import dev.quark.core.testing.Samples;
import dev.quark.core.testing.Stores;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link DeploymentQueue} does. */
public abstract class DeploymentQueueContract {

    private final DeploymentConfig config = config(REPOSITORY, "production");
    private final DeploymentConfig other = config(REPOSITORY, "staging");
    private Stores stores;
    private DeploymentQueue queue;

    /** Empty stores. */
    protected abstract Stores open();

    /** Whether only one node can use the store, so that what other names run is left over from it. */
    protected boolean isOfOneNode() {
        return false;
    }

    @BeforeEach
    final void openStores() {
        stores = open();
        queue = stores.queue();
        stores.configs().add(config);
        stores.configs().add(other);
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    @Test
    void claimsTheOldest() {
        Deployment first = pending(config, Trigger.MANUAL);
        Deployment second = pending(other, Trigger.MANUAL);
        stores.deployments().add(second);
        stores.deployments().add(first);
        Deployment claimed = queue.claim("node-1", NOW).orElseThrow();
        assertEquals(first.id(), claimed.id());
        assertEquals(new Pending().start(NOW, "node-1"), claimed.state());
        assertEquals(Optional.of(claimed), stores.deployments().find(first.id()));
        assertEquals(second.id(), queue.claim("node-1", NOW).orElseThrow().id());
        assertEquals(Optional.empty(), queue.claim("node-1", NOW));
    }

    @Test
    void runsTheDeploymentsOfAConfigOneAfterTheOther() {
        Deployment first = pending(config, Trigger.MANUAL);
        Deployment second = pending(config, Trigger.MANUAL);
        Deployment third = pending(other, Trigger.MANUAL);
        List.of(first, second, third).forEach(stores.deployments()::add);
        Deployment running = queue.claim("node", NOW).orElseThrow();
        assertEquals(first.id(), running.id());
        assertEquals(third.id(), queue.claim("node", NOW).orElseThrow().id());
        assertEquals(Optional.empty(), queue.claim("node", NOW));
        InProgress state = (InProgress) running.state();
        stores.deployments().transition(first.id(), state, state.fail(NOW, 1, "it failed"));
        assertEquals(second.id(), queue.claim("node", NOW).orElseThrow().id());
    }

    @Test
    void whatWaitsForChecksIsNotClaimedBeforeTheyHavePassed() {
        Deployment waiting = pending(config, Trigger.PUSH).awaitingChecks(NOW.plusSeconds(60));
        Deployment manual = pending(config, Trigger.MANUAL);
        List.of(waiting, manual).forEach(stores.deployments()::add);
        assertEquals(List.of(waiting), queue.awaitingChecks());
        assertEquals(Optional.empty(), queue.position(waiting.id()));
        assertEquals(Optional.of(1), queue.position(manual.id()));

        Deployment claimed = queue.claim("node", NOW).orElseThrow();
        assertEquals(manual.id(), claimed.id());
        stores.deployments().transition(manual.id(), claimed.state(), ((InProgress) claimed.state()).complete(NOW));
        assertEquals(Optional.empty(), queue.claim("node", NOW));

        Pending state = (Pending) waiting.state();
        assertTrue(stores.deployments().transition(waiting.id(), state, state.passChecks()));
        assertFalse(stores.deployments().transition(waiting.id(), state, state.passChecks()));
        assertEquals(List.of(), queue.awaitingChecks());
        assertEquals(Optional.of(1), queue.position(waiting.id()));
        assertEquals(waiting.id(), queue.claim("node", NOW).orElseThrow().id());
    }

    @Test
    void whatWaitsForChecksCanBeCancelled() {
        Deployment waiting = pending(config, Trigger.PUSH).awaitingChecks(NOW.plusSeconds(60));
        stores.deployments().add(waiting);
        Pending state = (Pending) waiting.state();

        assertTrue(stores.deployments().transition(waiting.id(), state, state.cancel(NOW, "not needed")));

        assertEquals(List.of(), queue.awaitingChecks());
        assertFalse(stores.deployments().transition(waiting.id(), state, state.passChecks()));
    }

    @Test
    void whatIsClaimedCanBeMovedOn() {
        stores.deployments().add(pending(config, Trigger.MANUAL));
        Deployment claimed = queue.claim("node", NOW.plusNanos(999)).orElseThrow();
        InProgress state = (InProgress) claimed.state();
        assertTrue(stores.deployments().transition(claimed.id(), state, state.complete(NOW.plusNanos(5_000_999))));
    }

    @Test
    void tellsWhatANodeRuns() {
        Deployment first = pending(config, Trigger.MANUAL);
        Deployment second = pending(other, Trigger.MANUAL);
        stores.deployments().add(first);
        stores.deployments().add(second);
        assertEquals(List.of(), queue.running("node-1"));
        queue.claim("node-1", NOW);
        queue.claim("node-2", NOW);
        assertEquals(isOfOneNode() ? List.of(first.id(), second.id()) : List.of(first.id()), running("node-1"));
        assertEquals(isOfOneNode() ? List.of(first.id(), second.id()) : List.of(second.id()), running("node-2"));
        for (DeploymentId id : List.of(first.id(), second.id())) {
            InProgress state =
                    (InProgress) stores.deployments().find(id).orElseThrow().state();
            stores.deployments().transition(id, state, state.complete(NOW));
        }
        assertEquals(List.of(), running("node-1"));
    }

    private List<DeploymentId> running(String node) {
        return queue.running(node).stream().map(Deployment::id).toList();
    }

    @Test
    void tellsThePosition() {
        Deployment first = pending(config, Trigger.MANUAL);
        Deployment second = pending(config, Trigger.MANUAL);
        Deployment third = pending(other, Trigger.MANUAL);
        List.of(first, second, third).forEach(stores.deployments()::add);
        assertEquals(Optional.of(1), queue.position(first.id()));
        assertEquals(Optional.of(3), queue.position(third.id()));
        queue.claim("node", NOW);
        assertEquals(Optional.empty(), queue.position(first.id()));
        assertEquals(Optional.of(1), queue.position(second.id()));
        assertEquals(Optional.empty(), queue.position(Samples.deploymentId()));
    }

    @Test
    void countsHowOftenADeploymentWasTakenUpSinceItGotOn() {
        Deployment deployment = pending(config, Trigger.MANUAL);
        stores.deployments().add(deployment);
        queue.claim("node", NOW);
        assertEquals(1, queue.takeUp(deployment.id()));
        assertEquals(2, queue.takeUp(deployment.id()));
        queue.getsOn(deployment.id());
        assertEquals(1, queue.takeUp(deployment.id()));
    }

    @Test
    void keepsWhoAskedFirstForCancellation() {
        Deployment deployment = pending(config, Trigger.MANUAL);
        stores.deployments().add(deployment);
        assertFalse(queue.requestCancellation(deployment.id(), "Early"));
        queue.claim("node", NOW);
        assertTrue(queue.requestCancellation(deployment.id(), "Mona"));
        assertTrue(queue.requestCancellation(deployment.id(), "Somebody else"));
        Deployment asked = stores.deployments().find(deployment.id()).orElseThrow();
        assertEquals("Mona", asked.cancelledBy());
        InProgress state = (InProgress) asked.state();
        stores.deployments().transition(deployment.id(), state, state.cancel(NOW, "cancelled by Mona"));
        assertFalse(queue.requestCancellation(deployment.id(), "Late"));
        assertFalse(queue.requestCancellation(Samples.deploymentId(), "Mona"));
    }

    @Test
    void manyClaimersGetEachDeploymentOnceAndNeverTwoOfAConfig() throws Exception {
        List<DeploymentConfig> configs = IntStream.range(0, 6)
                .mapToObj(i -> config(REPOSITORY, "env-" + i))
                .toList();
        configs.forEach(stores.configs()::add);
        List<DeploymentId> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Deployment deployment = pending(configs.get(i % 6), Trigger.MANUAL);
            stores.deployments().add(deployment);
            all.add(deployment.id());
        }
        Set<DeploymentId> claimed = ConcurrentHashMap.newKeySet();
        try (ExecutorService threads = Executors.newFixedThreadPool(12)) {
            List<Future<?>> claimers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                String node = "node-" + i;
                claimers.add(threads.submit(() -> {
                    while (claimed.size() < all.size()) {
                        queue.claim(node, NOW).ifPresent(deployment -> runAndCheck(deployment, claimed));
                    }
                }));
            }
            for (Future<?> claimer : claimers) {
                claimer.get();
            }
        }
        assertEquals(Set.copyOf(all), claimed);
        assertEquals(60, stores.deployments().count(new DeploymentFilter(null, null, DeploymentStatus.COMPLETED)));
    }

    private void runAndCheck(Deployment deployment, Set<DeploymentId> claimed) {
        DeploymentFilter running = new DeploymentFilter(null, null, DeploymentStatus.IN_PROGRESS);
        long ofConfig = stores.deployments().list(running, null, 100, 0).stream()
                .filter(other -> Objects.equals(other.config(), deployment.config()))
                .count();
        assertEquals(1, ofConfig, "deployments of one config in progress");
        InProgress state = (InProgress) deployment.state();
        assertTrue(stores.deployments().transition(deployment.id(), state, state.complete(NOW)));
        assertTrue(claimed.add(deployment.id()), "claimed twice");
    }
}
