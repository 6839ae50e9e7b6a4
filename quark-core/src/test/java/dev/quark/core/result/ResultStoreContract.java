package dev.quark.core.result;

import static dev.quark.core.testing.Samples.NOW;
import static dev.quark.core.testing.Samples.REPOSITORY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentState.InProgress;
import dev.quark.core.deployment.DeploymentState.Pending;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.result.Result.Standing;
import dev.quark.core.result.ResultStore.Claimed;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.testing.Samples;
import dev.quark.core.testing.Stores;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link ResultStore} does. */
public abstract class ResultStoreContract {

    private static final Instant LATER = NOW.plusSeconds(60);

    private Stores stores;
    private ResultStore results;
    private DeploymentConfig config;

    /** Empty stores. */
    protected abstract Stores open();

    @BeforeEach
    final void openStores() {
        stores = open();
        results = stores.results();
        config = config(REPOSITORY);
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    private DeploymentConfig config(RepositoryName repository) {
        DeploymentConfig made = Samples.config(repository, "production");
        stores.configs().add(made);
        return made;
    }

    private Deployment queued(DeploymentConfig of) {
        Deployment deployment = Samples.pending(of, Trigger.PUSH);
        stores.deployments().add(deployment);
        return deployment;
    }

    private Claimed claimed() {
        return claimed(NOW);
    }

    private Claimed claimed(Instant at) {
        return results.claim("node", at, at.plusSeconds(60)).orElseThrow();
    }

    private void told(Claimed claimed) {
        results.save(claimed.result().toldAs(claimed.deployment().status()), true);
    }

    private InProgress started(Deployment deployment) {
        InProgress running = new Pending().start(NOW, "node");
        assertTrue(stores.deployments().transition(deployment.id(), new Pending(), running));
        return running;
    }

    @Test
    void everyChangeOfStatusIsToBeToldWithoutAnythingWrittenBesideIt() {
        Deployment deployment = queued(config);
        Claimed pending = claimed();
        assertEquals(deployment, pending.deployment());
        assertEquals(Optional.empty(), Optional.ofNullable(pending.result().told()));
        told(pending);
        assertEquals(Optional.empty(), results.claim("node", NOW, LATER));

        InProgress running = started(deployment);
        Claimed second = claimed();
        assertEquals(DeploymentStatus.IN_PROGRESS, second.deployment().status());
        assertEquals(DeploymentStatus.PENDING, second.result().told());
        told(second);

        stores.deployments().transition(deployment.id(), running, running.fail(NOW, 1, "no"));
        assertEquals(DeploymentStatus.FAILED, claimed().deployment().status());
    }

    @Test
    void aStatusThatWasOvertakenIsNotTold() {
        Deployment deployment = queued(config);
        InProgress running = started(deployment);
        stores.deployments().transition(deployment.id(), running, running.complete(NOW));

        Claimed claimed = claimed();

        assertEquals(DeploymentStatus.COMPLETED, claimed.deployment().status());
        told(claimed);
        assertEquals(Optional.empty(), results.claim("node", NOW, LATER));
    }

    @Test
    void aStatusThatCameWhileAnotherWasToldIsToldNext() {
        Deployment deployment = queued(config);
        Claimed pending = claimed();
        started(deployment);
        told(pending);
        assertEquals(DeploymentStatus.IN_PROGRESS, claimed().deployment().status());
    }

    @Test
    void aDeploymentWhoseCommitIsntKnownWaitsForIt() {
        Deployment deployment = Deployment.pending(
                Samples.deploymentId(),
                config.id(),
                REPOSITORY,
                Samples.MAIN,
                config.name(),
                null,
                Trigger.MANUAL,
                "mona",
                NOW);
        stores.deployments().add(deployment);
        assertEquals(Optional.empty(), results.claim("node", NOW, LATER));

        stores.deployments().recordCommit(deployment.id(), Samples.commit("x"));
        assertEquals(deployment.id(), claimed().deployment().id());
    }

    @Test
    void whatIsTakenIsNobodyElsesAndKeepsItsRepositoryInOrder() {
        Deployment first = queued(config);
        Deployment second = queued(config);
        Deployment elsewhere = queued(config(new RepositoryName("octo-org/other")));

        Claimed one = claimed();
        Claimed other = claimed();
        assertEquals(first.id(), one.deployment().id());
        assertEquals(elsewhere.id(), other.deployment().id());
        assertEquals(Optional.empty(), results.claim("node", NOW, LATER));
        told(one);
        assertEquals(second.id(), claimed().deployment().id());
    }

    @Test
    void oneIsGivenToOneOfManyThreads() throws Exception {
        queued(config);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Optional<Claimed>>> calls = Stream.generate(
                            () -> (Callable<Optional<Claimed>>) () -> results.claim("node", NOW, LATER))
                    .limit(8)
                    .toList();
            int given = 0;
            for (Future<Optional<Claimed>> call : threads.invokeAll(calls)) {
                given += call.get().isPresent() ? 1 : 0;
            }
            assertEquals(1, given);
        }
    }

    @Test
    void whatIsTakenAndNotSavedIsGivenAgainLaterAndCounted() {
        Deployment deployment = queued(config);
        assertEquals(1, claimed().result().attempts());
        assertEquals(Optional.of(LATER), results.nextTime(NOW));
        assertEquals(Optional.empty(), results.claim("node", LATER.minusMillis(1), LATER));

        Claimed again = claimed(LATER);

        assertEquals(deployment.id(), again.deployment().id());
        assertEquals(2, again.result().attempts());
    }

    @Test
    void whatANodeHadTakenIsGivenAgainOnceItIsReleased() {
        queued(config);
        claimed();
        results.release("another");
        assertEquals(Optional.empty(), results.claim("node", NOW, LATER));

        results.release("node");

        assertEquals(2, claimed().result().attempts());
    }

    @Test
    void whatIsDoneOfAnAttemptIsKeptBeforeItsEnd() {
        Deployment deployment = queued(config);
        Result marked = claimed().result().markedAs(DeploymentStatus.PENDING).knownAs(4711);
        results.save(marked, false);
        assertEquals(Optional.empty(), results.claim("node", NOW, LATER));
        assertEquals(Optional.of(marked), results.find(deployment.id()));

        results.release("node");

        Claimed again = claimed();
        assertEquals(DeploymentStatus.PENDING, again.result().marked());
        assertEquals(4711L, again.result().hostDeployment());
    }

    @Test
    void whatFailedIsGivenAgainWhenItsTimeHasCome() {
        Deployment deployment = queued(config);
        results.save(claimed().result().retriedAt(LATER, "GitHub is down"), true);

        assertEquals(Optional.of(LATER), results.nextTime(NOW));
        assertEquals(Optional.empty(), results.claim("node", LATER.minusMillis(1), LATER));
        Result failed = results.find(deployment.id()).orElseThrow();
        assertEquals(Standing.ON, failed.standing());
        assertEquals("GitHub is down", failed.error());
        Claimed again = claimed(LATER);
        told(again);
        Result told = results.find(deployment.id()).orElseThrow();
        assertEquals(Optional.empty(), Optional.ofNullable(told.error()));
        assertEquals(0, told.attempts());
        assertEquals(Optional.empty(), results.nextTime(LATER));
    }

    @Test
    void whatWasDroppedIsNotGivenAgainButANewerStatusIs() {
        Deployment deployment = queued(config);
        results.save(claimed().result().droppedAt(DeploymentStatus.PENDING, "too old"), true);

        assertEquals(Optional.empty(), results.claim("node", LATER, LATER));
        Result dropped = results.find(deployment.id()).orElseThrow();
        assertEquals(Standing.DROPPED, dropped.standing());
        assertEquals("too old", dropped.error());

        started(deployment);
        told(claimed());
        assertEquals(Standing.ON, results.find(deployment.id()).orElseThrow().standing());
    }

    @Test
    void aDeploymentThatIsOffIsNeverGivenAgain() {
        Deployment deployment = queued(config);
        results.save(claimed().result().off("no token"), true);
        started(deployment);

        assertEquals(Optional.empty(), results.claim("node", LATER, LATER));
        assertEquals(Optional.empty(), results.nextTime(NOW));
        Result off = results.find(deployment.id()).orElseThrow();
        assertEquals(Standing.OFF, off.standing());
        assertEquals("no token", off.error());
    }

    @Test
    void theOnesInPlaceAreThoseOfTheConfig() {
        DeploymentConfig other = config(new RepositoryName("octo-org/other"));
        Deployment first = queued(config);
        results.save(claimed().result().knownAs(1).activeNow(true).toldAs(DeploymentStatus.PENDING), true);
        queued(other);
        results.save(claimed().result().knownAs(2).activeNow(true).toldAs(DeploymentStatus.PENDING), true);
        Deployment second = queued(config);
        results.save(claimed().result().knownAs(3).activeNow(true).toldAs(DeploymentStatus.PENDING), true);

        assertEquals(List.of(first.id(), second.id()), active());
        results.save(results.find(first.id()).orElseThrow().activeNow(false), true);
        assertEquals(List.of(second.id()), active());
    }

    private List<DeploymentId> active() {
        return results.active(config.id()).stream()
                .map(shown -> shown.deployment().id())
                .toList();
    }

    @Test
    void aResultGoesWithItsDeployment() {
        Deployment deployment = queued(config);
        Claimed claimed = claimed();
        stores.deployments().remove(deployment.id());

        told(claimed);

        assertEquals(Optional.empty(), results.find(deployment.id()));
        assertEquals(Optional.empty(), results.claim("node", LATER, LATER));
    }
}
