package dev.quark.core.webhook;

import static dev.quark.core.testing.Samples.NOW;
import static dev.quark.core.testing.Samples.REPOSITORY;
import static dev.quark.core.testing.Samples.config;
import static dev.quark.core.testing.Samples.delivery;
import static dev.quark.core.testing.Samples.pending;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentFilter;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.testing.Stores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link DeliveryStore} does. */
public abstract class DeliveryStoreContract {

    private final DeploymentConfig config = config(REPOSITORY, "production");
    private Stores stores;
    private DeliveryStore deliveries;

    /** Empty stores. */
    protected abstract Stores open();

    @BeforeEach
    final void openStores() {
        stores = open();
        deliveries = stores.deliveries();
        stores.configs().add(config);
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    @Test
    void storesTheDeploymentsOfADelivery() {
        DeploymentConfig staging = config(REPOSITORY, "staging");
        stores.configs().add(staging);
        Deployment one = pending(config, Trigger.PUSH);
        Deployment two = pending(staging, Trigger.PUSH);
        DeliveryStore.Accepted accepted =
                deliveries.accept(delivery("d-1"), rules -> new PushPlan(List.of(one, two), List.of(), "queued"));
        assertEquals(new DeliveryStore.Accepted(List.of(one.id(), two.id()), List.of(), "queued", false), accepted);
        assertEquals(Optional.of(one), stores.deployments().find(one.id()));
        assertEquals(Optional.of(two), stores.deployments().find(two.id()));
    }

    @Test
    void givesThePlannerTheRulesOfTheRepositoryOldestFirst() {
        DeploymentConfig staging = config(new RepositoryName("OCTO-org/octo-repo"), "release/*", "staging", false);
        stores.configs().add(staging);
        stores.configs().add(config(new RepositoryName("octo-org/other"), "production"));
        List<List<AutoDeployRule>> seen = new ArrayList<>();
        deliveries.accept(delivery("d-1"), rules -> {
            seen.add(rules);
            return PushPlan.nothing("nothing");
        });
        assertEquals(List.of(List.of(AutoDeployRule.of(config), AutoDeployRule.of(staging))), seen);
    }

    @Test
    void aDeliveryWithoutARepositoryHasNoRules() {
        Delivery ping = new Delivery("d-1", "ping", null, NOW, Map.of(), new byte[] {0, -1, 10});
        DeliveryStore.Accepted accepted = deliveries.accept(ping, rules -> PushPlan.nothing("rules: " + rules.size()));
        assertEquals("rules: 0", accepted.action());
    }

    @Test
    void aSecondDeliveryWithTheSameIdChangesNothing() {
        push("d-0", pending(config, Trigger.PUSH));
        Deployment replaced = pending(config, Trigger.PUSH);
        push("d-1", replaced);
        Deployment deployment = pending(config, Trigger.PUSH);
        DeliveryStore.Accepted first = push("d-2", deployment);
        assertEquals(List.of(replaced.id()), first.superseded());
        DeliveryStore.Accepted second = deliveries.accept(delivery("d-2"), rules -> {
            throw new AssertionError("a duplicate is not planned");
        });
        assertEquals(new DeliveryStore.Accepted(first.deployments(), first.superseded(), first.action(), true), second);
        assertEquals(3, stores.deployments().count(DeploymentFilter.ANY));
    }

    @Test
    void manyThreadsWithTheSameIdCauseOneDeployment() throws Exception {
        List<DeliveryStore.Accepted> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(32)) {
            List<Future<DeliveryStore.Accepted>> calls = IntStream.range(0, 32)
                    .mapToObj(i -> threads.submit(() -> push("d-1", pending(config, Trigger.PUSH))))
                    .toList();
            for (Future<DeliveryStore.Accepted> call : calls) {
                outcomes.add(call.get());
            }
        }
        List<Deployment> stored = stores.deployments().list(DeploymentFilter.ANY, null, 100, 0);
        assertEquals(1, stored.size());
        assertEquals(
                31, outcomes.stream().filter(DeliveryStore.Accepted::duplicate).count());
        for (DeliveryStore.Accepted outcome : outcomes) {
            assertEquals(List.of(stored.get(0).id()), outcome.deployments());
        }
    }

    @Test
    void aPlannerThatThrowsLeavesNothingBehind() {
        assertThrows(
                IllegalArgumentException.class,
                () -> deliveries.accept(delivery("d-1"), rules -> {
                    throw new IllegalArgumentException("no plan");
                }));
        assertFalse(push("d-1", pending(config, Trigger.PUSH)).duplicate());
    }

    @Test
    void aNewerPushReplacesThePendingOnesWhileOneRuns() {
        Deployment running = pending(config, Trigger.PUSH);
        push("d-1", running);
        assertTrue(stores.queue().claim("node", NOW).isPresent());
        Deployment second = pending(config, Trigger.PUSH);
        assertEquals(List.of(), push("d-2", second).superseded());
        Deployment third = pending(config, Trigger.PUSH);
        DeliveryStore.Accepted accepted = push("d-3", third);

        assertEquals(List.of(second.id()), accepted.superseded());
        assertEquals(List.of(third.id()), accepted.deployments());
        assertEquals(DeploymentStatus.IN_PROGRESS, status(running.id()));
        assertEquals(DeploymentStatus.PENDING, status(third.id()));
        Deployment replaced = stores.deployments().find(second.id()).orElseThrow();
        assertEquals(DeploymentStatus.CANCELLED, replaced.status());
        assertEquals(NOW, replaced.completedAt());
        assertEquals(null, replaced.startedAt());
        assertTrue(String.valueOf(replaced.errorMessage()).contains(third.id().toString()), replaced.errorMessage());
    }

    @Test
    void theOldestPendingPushStaysWhereNothingRuns() {
        Deployment first = pending(config, Trigger.PUSH);
        Deployment second = pending(config, Trigger.PUSH);
        Deployment third = pending(config, Trigger.PUSH);
        assertEquals(List.of(), push("d-1", first).superseded());
        assertEquals(List.of(), push("d-2", second).superseded());
        assertEquals(List.of(second.id()), push("d-3", third).superseded());
        assertEquals(DeploymentStatus.PENDING, status(first.id()));
        assertEquals(DeploymentStatus.CANCELLED, status(second.id()));
        assertEquals(DeploymentStatus.PENDING, status(third.id()));
    }

    @Test
    void whatWaitsForChecksIsReplacedAlsoWhereNothingRuns() {
        Deployment first = pending(config, Trigger.PUSH).awaitingChecks(NOW.plusSeconds(60));
        Deployment second = pending(config, Trigger.PUSH).awaitingChecks(NOW.plusSeconds(60));
        push("d-1", first);
        assertEquals(List.of(first.id()), push("d-2", second).superseded());
        assertEquals(List.of(second), stores.queue().awaitingChecks());
        assertEquals(DeploymentStatus.CANCELLED, status(first.id()));
    }

    @Test
    void theOldestThatWaitsForItsTurnStaysBehindOneThatWaitsForChecks() {
        Deployment checked = pending(config, Trigger.PUSH).awaitingChecks(NOW.plusSeconds(60));
        Deployment first = pending(config, Trigger.PUSH);
        push("d-1", checked);
        assertEquals(List.of(checked.id()), push("d-2", first).superseded());
        assertEquals(List.of(), push("d-3", pending(config, Trigger.PUSH)).superseded());
        assertEquals(DeploymentStatus.PENDING, status(first.id()));
    }

    @Test
    void whatAPersonAskedForIsNotReplaced() {
        stores.deployments().add(pending(config, Trigger.MANUAL));
        assertTrue(stores.queue().claim("node", NOW).isPresent());
        Deployment manual = pending(config, Trigger.MANUAL);
        Deployment again = pending(config, Trigger.REDEPLOY);
        stores.deployments().add(manual);
        stores.deployments().add(again);
        Deployment push = pending(config, Trigger.PUSH);
        push("d-1", push);
        assertEquals(
                List.of(push.id()), push("d-2", pending(config, Trigger.PUSH)).superseded());
        assertEquals(DeploymentStatus.PENDING, status(manual.id()));
        assertEquals(DeploymentStatus.PENDING, status(again.id()));
    }

    @Test
    void otherConfigsAreNotReplaced() {
        DeploymentConfig staging = config(REPOSITORY, "staging");
        stores.configs().add(staging);
        stores.deployments().add(pending(config, Trigger.MANUAL));
        assertTrue(stores.queue().claim("node", NOW).isPresent());
        Deployment other = pending(staging, Trigger.PUSH);
        push("d-1", other);
        push("d-2", pending(config, Trigger.PUSH));
        assertEquals(List.of(), push("d-3", pending(staging, Trigger.PUSH)).superseded());
        assertEquals(DeploymentStatus.PENDING, status(other.id()));
    }

    @Test
    void ofManyConcurrentPushesTheOneThatRunsAndOneMoreRemain() throws Exception {
        push("d-0", pending(config, Trigger.PUSH));
        assertTrue(stores.queue().claim("node", NOW).isPresent());
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Future<DeliveryStore.Accepted>> calls = IntStream.rangeClosed(1, 64)
                    .mapToObj(i -> threads.submit(() -> push("d-" + i, pending(config, Trigger.PUSH))))
                    .toList();
            for (Future<DeliveryStore.Accepted> call : calls) {
                assertFalse(call.get().duplicate());
            }
        }
        assertEquals(1, count(DeploymentStatus.IN_PROGRESS));
        assertEquals(1, count(DeploymentStatus.PENDING));
        assertEquals(63, count(DeploymentStatus.CANCELLED));
    }

    @Test
    void prunesInSteps() {
        for (int i = 0; i < 5; i++) {
            deliveries.accept(delivery("old-" + i, NOW.minusSeconds(100)), rules -> PushPlan.nothing("x"));
        }
        deliveries.accept(delivery("new", NOW), rules -> PushPlan.nothing("x"));
        assertTrue(deliveries.prune(NOW.minusSeconds(50), 3));
        while (deliveries.prune(NOW.minusSeconds(50), 3)) {
            // Until nothing is left to remove.
        }
        for (int i = 0; i < 5; i++) {
            assertFalse(isStored("old-" + i));
        }
        assertTrue(isStored("new"));
    }

    @Test
    void theDeploymentsOfAPrunedDeliveryStay() {
        Deployment deployment = pending(config, Trigger.PUSH);
        push("d-1", deployment);
        while (deliveries.prune(NOW.plusSeconds(1), 100)) {
            // Until nothing is left to remove.
        }
        assertEquals(Optional.of(deployment), stores.deployments().find(deployment.id()));
    }

    @Test
    void givesBackWhatWasStoredWithWhatCameOfIt() {
        DeploymentConfig staging = config(REPOSITORY, "staging");
        stores.configs().add(staging);
        Deployment deployment = pending(config, Trigger.PUSH);
        List<Verdict> verdicts = List.of(
                new Verdict(config.id(), config.name(), config.branch(), true, "deploys main"),
                new Verdict(staging.id(), staging.name(), staging.branch(), false, "has auto_deploy off, \"said\" é"));
        deliveries.accept(delivery("d-1"), rules -> new PushPlan(List.of(deployment), verdicts, "queued"));
        StoredDelivery stored = deliveries.find("d-1").orElseThrow();
        assertEquals("queued", stored.action());
        assertEquals(verdicts, stored.verdicts());
        assertEquals(List.of(deployment.id()), stored.deployments());
        assertEquals(delivery("d-1").headers(), stored.delivery().headers());
        assertEquals(
                new String(delivery("d-1").payload(), UTF_8),
                new String(stored.delivery().payload(), UTF_8));
        assertEquals(Optional.empty(), deliveries.find("d-2"));
    }

    @Test
    void listsNewestFirstWithoutPayloads() {
        deliveries.accept(at("first", REPOSITORY, 1), rules -> PushPlan.nothing("one"));
        deliveries.accept(at("third", null, 3), rules -> PushPlan.nothing("three"));
        deliveries.accept(at("second", new RepositoryName("OCTO-org/octo-REPO"), 2), rules -> PushPlan.nothing("two"));
        assertEquals(List.of("third", "second", "first"), ids(deliveries.list(null, 10, 0)));
        assertEquals(List.of("second"), ids(deliveries.list(null, 1, 1)));
        assertEquals(List.of("second", "first"), ids(deliveries.list(REPOSITORY, 10, 0)));
        assertEquals(3, deliveries.count(null));
        assertEquals(2, deliveries.count(REPOSITORY));
        assertEquals(0, deliveries.list(null, 10, 0).get(0).delivery().payload().length);
    }

    @Test
    void aPushThatQuarkFoundByItselfIsNotDeployedAgainWhenItIsDelivered() {
        Deployment found = pending(config, Trigger.CATCH_UP);
        push("catch-up", found);
        DeliveryStore.Accepted late = plan("late", pending(config, Trigger.PUSH));
        assertEquals(List.of(), late.deployments());
        assertTrue(late.action().contains(found.id().toString()), late.action());
        Verdict verdict = deliveries.find("late").orElseThrow().verdicts().get(0);
        assertFalse(verdict.deployed());
        assertEquals(Optional.of(found), stores.deployments().find(found.id()));
    }

    @Test
    void aPushThatWasDeliveredIsNotDeployedAgainWhenQuarkFindsIt() {
        push("delivered", pending(config, Trigger.PUSH));
        assertEquals(
                List.of(), plan("catch-up", pending(config, Trigger.CATCH_UP)).deployments());
        assertEquals(
                List.of(), plan("catch-up-2", pending(config, Trigger.CATCH_UP)).deployments());
    }

    @Test
    void aPushBackToAnEarlierCommitIsDeployed() {
        push("one", pending(config, Trigger.CATCH_UP));
        push("two", pending(config, Trigger.PUSH, new CommitSha("b".repeat(40))));
        Deployment back = pending(config, Trigger.PUSH);
        assertEquals(List.of(back.id()), plan("three", back).deployments());
    }

    @Test
    void ofAPushThatIsDeliveredAndFoundAtTheSameTimeOneIsDeployed() throws Exception {
        for (int round = 0; round < 20; round++) {
            CommitSha sha = new CommitSha(String.format(java.util.Locale.ROOT, "%040x", round + 1));
            String name = "round-" + round;
            try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
                Future<DeliveryStore.Accepted> delivered =
                        threads.submit(() -> plan(name, pending(config, Trigger.PUSH, sha)));
                Future<DeliveryStore.Accepted> found =
                        threads.submit(() -> plan(name + "-found", pending(config, Trigger.CATCH_UP, sha)));
                assertEquals(
                        1,
                        delivered.get().deployments().size()
                                + found.get().deployments().size());
            }
        }
    }

    private DeliveryStore.Accepted plan(String id, Deployment deployment) {
        Verdict verdict = new Verdict(config.id(), config.name(), config.branch(), true, "deploys main");
        return deliveries.accept(delivery(id), rules -> new PushPlan(List.of(deployment), List.of(verdict), "queued"));
    }

    private static Delivery at(String id, @Nullable RepositoryName repository, long second) {
        return new Delivery(id, "push", repository, NOW.plusSeconds(second), Map.of(), new byte[] {1});
    }

    private static List<String> ids(List<StoredDelivery> stored) {
        return stored.stream().map(s -> s.delivery().id()).toList();
    }

    private DeliveryStore.Accepted push(String id, Deployment deployment) {
        return deliveries.accept(delivery(id), rules -> new PushPlan(List.of(deployment), List.of(), "queued"));
    }

    private boolean isStored(String id) {
        return deliveries
                .accept(delivery(id), rules -> PushPlan.nothing("again"))
                .duplicate();
    }

    private DeploymentStatus status(DeploymentId id) {
        return stores.deployments().find(id).orElseThrow().status();
    }

    private long count(DeploymentStatus status) {
        return stores.deployments().count(new DeploymentFilter(null, null, status));
    }
}
