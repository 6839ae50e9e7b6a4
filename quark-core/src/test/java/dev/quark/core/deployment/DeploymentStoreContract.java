package dev.quark.core.deployment;

import static dev.quark.core.testing.Samples.MAIN;
import static dev.quark.core.testing.Samples.NOW;
import static dev.quark.core.testing.Samples.REPOSITORY;
import static dev.quark.core.testing.Samples.commit;
import static dev.quark.core.testing.Samples.config;
import static dev.quark.core.testing.Samples.lines;
import static dev.quark.core.testing.Samples.pending;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.DeploymentState.InProgress;
import dev.quark.core.deployment.DeploymentState.Pending;
import dev.quark.core.log.LogStore;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.testing.Samples;
import dev.quark.core.testing.Stores;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link DeploymentStore} does. */
public abstract class DeploymentStoreContract {

    private final DeploymentConfig config = config(REPOSITORY, "production");
    private Stores stores;
    private DeploymentStore deployments;

    /** Empty stores. */
    protected abstract Stores open();

    @BeforeEach
    final void openStores() {
        stores = open();
        deployments = stores.deployments();
        stores.configs().add(config);
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    @Test
    void givesBackWhatWasAdded() {
        Deployment known = pending(config, Trigger.PUSH);
        Deployment unknown = Deployment.pending(
                Samples.deploymentId(),
                config.id(),
                REPOSITORY,
                new BranchName("feature/ü"),
                config.name(),
                null,
                Trigger.REDEPLOY,
                "Mona",
                NOW);
        deployments.add(known);
        deployments.add(unknown);
        assertEquals(Optional.of(known), deployments.find(known.id()));
        assertEquals(Optional.of(unknown), deployments.find(unknown.id()));
        assertEquals(Optional.empty(), deployments.find(Samples.deploymentId()));
    }

    @Test
    void addsOnlyPendingOnesOfAConfigThatIsThere() {
        Deployment pending = pending(config, Trigger.MANUAL);
        deployments.add(pending);
        deployments.transition(pending.id(), pending.state(), new Pending().cancel(NOW, "x"));
        Deployment cancelled = deployments.find(pending.id()).orElseThrow();
        assertThrows(IllegalArgumentException.class, () -> deployments.add(cancelled));
        Deployment orphan = pending(config(REPOSITORY, "gone"), Trigger.MANUAL);
        assertThrows(ConflictException.class, () -> deployments.add(orphan));
        assertEquals(1, deployments.count(DeploymentFilter.ANY));
    }

    @Test
    void keepsEachStateExactly() {
        InProgress running = new Pending().start(NOW.plusMillis(5), "node-1");
        List<DeploymentState> outcomes = List.of(
                running.complete(NOW.plusMillis(10)),
                running.fail(NOW.plusMillis(10), 127, "the command ended with exit code 127"),
                running.fail(NOW.plusMillis(10), null, "timed out after 5 s"),
                running.cancel(NOW.plusMillis(10), "cancelled by Mona"));
        for (DeploymentState outcome : outcomes) {
            Deployment deployment = pending(config, Trigger.MANUAL);
            deployments.add(deployment);
            assertTrue(deployments.transition(deployment.id(), deployment.state(), running));
            assertEquals(running, state(deployment.id()));
            assertTrue(deployments.transition(deployment.id(), running, outcome));
            assertEquals(outcome, state(deployment.id()));
        }
        Deployment neverRun = pending(config, Trigger.MANUAL);
        deployments.add(neverRun);
        DeploymentState cancelled = new Pending().cancel(NOW, "not needed");
        assertTrue(deployments.transition(neverRun.id(), neverRun.state(), cancelled));
        assertEquals(cancelled, state(neverRun.id()));
    }

    @Test
    void aTransitionFromAnotherStateChangesNothing() {
        Deployment deployment = pending(config, Trigger.MANUAL);
        deployments.add(deployment);
        InProgress running = new Pending().start(NOW, "node-1");
        assertFalse(deployments.transition(deployment.id(), running, running.complete(NOW)));
        assertEquals(new Pending(), state(deployment.id()));
        deployments.transition(deployment.id(), new Pending(), running);
        assertFalse(deployments.transition(deployment.id(), new Pending(), new Pending().cancel(NOW, "late")));
        InProgress elsewhere = new Pending().start(NOW, "node-2");
        assertFalse(deployments.transition(deployment.id(), elsewhere, elsewhere.complete(NOW)));
        InProgress later = new Pending().start(NOW.plusSeconds(1), "node-1");
        assertFalse(deployments.transition(deployment.id(), later, later.complete(NOW)));
        assertEquals(running, state(deployment.id()));
        assertFalse(deployments.transition(Samples.deploymentId(), new Pending(), running));
    }

    @Test
    void anOutcomeNeverChanges() {
        Deployment deployment = pending(config, Trigger.MANUAL);
        deployments.add(deployment);
        InProgress running = new Pending().start(NOW, "node-1");
        deployments.transition(deployment.id(), new Pending(), running);
        assertTrue(deployments.transition(deployment.id(), running, running.complete(NOW)));
        assertFalse(deployments.transition(deployment.id(), running, running.fail(NOW, 1, "late")));
        assertEquals(running.complete(NOW), state(deployment.id()));
    }

    @Test
    void oneOfManyTransitionsFromTheSameStateSucceeds() throws Exception {
        Deployment deployment = pending(config, Trigger.MANUAL);
        deployments.add(deployment);
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Future<Boolean>> moves = IntStream.range(0, 16)
                    .mapToObj(i -> threads.submit(() -> deployments.transition(
                            deployment.id(), new Pending(), new Pending().cancel(NOW, "by " + i))))
                    .toList();
            int moved = 0;
            for (Future<Boolean> move : moves) {
                moved += move.get() ? 1 : 0;
            }
            assertEquals(1, moved);
        }
    }

    @Test
    void listsNewestFirst() {
        List<Deployment> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(pending(config, Trigger.MANUAL));
        }
        List.of(3, 0, 4, 1, 2).forEach(i -> deployments.add(all.get(i)));
        List<Deployment> newestFirst = new ArrayList<>(all);
        Collections.reverse(newestFirst);
        assertEquals(newestFirst, list(DeploymentFilter.ANY, null, 100, 0));
        assertEquals(newestFirst.subList(0, 2), list(DeploymentFilter.ANY, null, 2, 0));
        assertEquals(newestFirst.subList(3, 5), list(DeploymentFilter.ANY, null, 2, 3));
        assertEquals(
                newestFirst.subList(2, 4),
                list(DeploymentFilter.ANY, newestFirst.get(1).id(), 2, 0));
        assertEquals(List.of(), list(DeploymentFilter.ANY, all.get(0).id(), 2, 0));
    }

    @Test
    void listsAndCountsByAnyPartOfTheFilter() {
        RepositoryName otherName = new RepositoryName("octo-org/other");
        DeploymentConfig other = config(otherName, "production");
        stores.configs().add(other);
        BranchName next = new BranchName("next");
        for (DeploymentConfig each : List.of(config, other)) {
            for (BranchName branch : List.of(MAIN, next)) {
                for (int i = 0; i < 3; i++) {
                    Deployment deployment = pending(each, Trigger.MANUAL, branch);
                    deployments.add(deployment);
                    if (i > 0) {
                        deployments.transition(deployment.id(), new Pending(), new Pending().cancel(NOW, "x"));
                    }
                }
            }
        }
        List<Deployment> all = list(DeploymentFilter.ANY, null, 100, 0);
        assertEquals(12, all.size());
        RepositoryName anotherSpelling = new RepositoryName("OCTO-ORG/Octo-Repo");
        for (@Nullable RepositoryName repository : new @Nullable RepositoryName[] {null, anotherSpelling, otherName}) {
            for (@Nullable BranchName branch : new @Nullable BranchName[] {null, MAIN, next}) {
                for (@Nullable
                DeploymentStatus status :
                        new @Nullable DeploymentStatus[] {null, DeploymentStatus.PENDING, DeploymentStatus.CANCELLED}) {
                    DeploymentFilter filter = new DeploymentFilter(repository, branch, status);
                    List<Deployment> expected = all.stream()
                            .filter(d -> repository == null || repository.equals(d.repository()))
                            .filter(d -> branch == null || branch.equals(d.branch()))
                            .filter(d -> status == null || status == d.status())
                            .toList();
                    assertEquals(expected, list(filter, null, 100, 0));
                    assertEquals(expected.size(), deployments.count(filter));
                    assertEquals(
                            expected.subList(1, expected.size()),
                            list(filter, expected.get(0).id(), 100, 0));
                }
            }
        }
        assertEquals(0, deployments.count(new DeploymentFilter(null, null, DeploymentStatus.FAILED)));
    }

    @Test
    void recordsTheCommit() {
        Deployment deployment = pending(config, Trigger.MANUAL);
        deployments.add(deployment);
        deployments.recordCommit(deployment.id(), commit("looked up"));
        Deployment found = deployments.find(deployment.id()).orElseThrow();
        assertEquals(commit("looked up"), found.commit());
        assertEquals(deployment.state(), found.state());
        deployments.recordCommit(Samples.deploymentId(), commit("of nothing"));
    }

    @Test
    void removesADeploymentWithItsLogAndItsRelease() {
        Deployment deployment = pending(config, Trigger.MANUAL);
        Deployment other = pending(config, Trigger.MANUAL);
        deployments.add(deployment);
        deployments.add(other);
        InProgress running =
                (InProgress) stores.queue().claim("node", NOW).orElseThrow().state();
        CloneUrl source = new CloneUrl("https://github.com/octo-org/octo-repo.git");
        stores.releases().save(Release.of(deployment.id(), config, source, NOW));
        for (int first = 1; first < 2000; first += 10) {
            stores.logs().append(lines(deployment.id().log(), first, first + 9));
        }
        stores.logs().append(lines(other.id().log(), 1, 10));

        assertFalse(deployments.remove(deployment.id()));
        assertEquals(2000, stores.logs().end(deployment.id().log()).lastSeq());
        deployments.transition(deployment.id(), running, running.complete(NOW));
        assertTrue(deployments.remove(deployment.id()));

        assertEquals(Optional.empty(), deployments.find(deployment.id()));
        assertEquals(Optional.empty(), stores.releases().find(deployment.id()));
        assertEquals(LogStore.End.EMPTY, stores.logs().end(deployment.id().log()));
        assertEquals(List.of(), stores.logs().read(deployment.id().log(), 0, 10));
        assertEquals(10, stores.logs().end(other.id().log()).lastSeq());
        assertEquals(List.of(other), list(DeploymentFilter.ANY, null, 10, 0));
        assertFalse(deployments.remove(deployment.id()));
        assertTrue(deployments.remove(other.id()));
        assertEquals(Optional.empty(), stores.queue().claim("node", NOW));
    }

    private List<Deployment> list(DeploymentFilter filter, @Nullable DeploymentId before, int limit, long offset) {
        return deployments.list(filter, before, limit, offset);
    }

    private DeploymentState state(DeploymentId id) {
        return deployments.find(id).orElseThrow().state();
    }
}
