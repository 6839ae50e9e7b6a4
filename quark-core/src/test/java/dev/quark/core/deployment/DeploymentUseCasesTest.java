package dev.quark.core.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.process.CommandScript;
import dev.quark.core.testing.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What people do with a deployment that there is: cancel it, deploy it again, delete it. */
class DeploymentUseCasesTest {

    private final RunWorld world = new RunWorld();
    private final List<DeploymentEvent> told = new ArrayList<>();

    @BeforeEach
    void listen() {
        world.events.subscribe(event -> told.add((DeploymentEvent) event));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private List<String> audited() {
        return world.stores.audit().list(10, 0).stream()
                .map(entry -> entry.actor() + " " + entry.action() + " " + entry.target())
                .toList();
    }

    @Nested
    class Cancelling {

        @Test
        void aPendingOneIsCancelledAtOnceAndToldOf() {
            Deployment pending = world.queue(Trigger.PUSH);
            assertEquals(new CancelOutcome.Cancelled(), world.cancel().cancel(pending.id(), RunWorld.MONA));
            assertEquals("cancelled by mona", world.find(pending).errorMessage());
            assertEquals(List.of(new DeploymentEvent.StatusChanged(pending.id(), DeploymentStatus.CANCELLED)), told);
            assertEquals(List.of("mona deployment.cancel deployment/" + pending.id()), audited());
        }

        @Test
        void ofARunningOneItIsNotedWhoAskedFirst() {
            Deployment running = world.claimed();
            assertEquals(new CancelOutcome.Stopping(), world.cancel().cancel(running.id(), RunWorld.MONA));
            world.cancel().cancel(running.id(), dev.quark.core.identity.Actor.QUARK);
            assertEquals("mona", world.find(running).cancelledBy());
            assertEquals(DeploymentStatus.IN_PROGRESS, world.find(running).status());
            assertEquals(new DeploymentEvent.CancellationRequested(running.id()), told.getFirst());
        }

        @Test
        void aFinishedOneStaysAsItIs() {
            world.command(CommandScript.empty());
            Deployment done = world.run(world.claimed());
            told.clear();
            assertEquals(
                    new CancelOutcome.AlreadyFinished(DeploymentStatus.COMPLETED),
                    world.cancel().cancel(done.id(), RunWorld.MONA));
            assertEquals(done, world.find(done));
            assertTrue(told.isEmpty());
            assertTrue(audited().isEmpty());
        }

        @Test
        void oneThatIsClaimedInThisMomentIsStopped() {
            Deployment pending = world.queue(Trigger.PUSH);
            DeploymentStore claiming = new FaultyStores(world.stores).claimedBeforeTheFirstMove();
            CancelDeployment cancel = new CancelDeployment(
                    claiming,
                    world.stores.queue(),
                    new Transitions(claiming, world.stores.phases(), world.events),
                    world.events,
                    world.audit(),
                    world.clock);
            assertEquals(new CancelOutcome.Stopping(), cancel.cancel(pending.id(), RunWorld.MONA));
            assertEquals("mona", world.find(pending).cancelledBy());
        }

        @Test
        void oneThatIsNotThereIsNotFound() {
            assertThrows(NotFoundException.class, () -> world.cancel().cancel(Samples.deploymentId(), RunWorld.MONA));
        }
    }

    @Nested
    class DeployingAgain {

        private Deployment redeploy(DeploymentId id) {
            return new Redeploy(
                            world.stores.deployments(),
                            world.transitions(),
                            world.audit(),
                            Samples::deploymentId,
                            world.clock)
                    .redeploy(id, RunWorld.MONA);
        }

        @Test
        void theSameCommitIsQueuedAsANewDeployment() {
            world.command(CommandScript.empty().exit(1));
            Deployment earlier = world.run(world.claimed());
            told.clear();
            Deployment again = redeploy(earlier.id());

            assertNotEquals(earlier.id(), again.id());
            assertEquals(earlier.commit(), again.commit());
            assertEquals(earlier.branch(), again.branch());
            assertEquals(earlier.config(), again.config());
            assertEquals(Trigger.REDEPLOY, again.trigger());
            assertEquals("mona", again.triggeredBy());
            assertEquals(again, world.find(again));
            assertEquals(earlier, world.find(earlier));
            assertEquals(List.of(new DeploymentEvent.StatusChanged(again.id(), DeploymentStatus.PENDING)), told);
            assertEquals(List.of("mona deployment.redeploy deployment/" + again.id()), audited());
        }

        @Test
        void oneWhoseConfigIsGoneIsAConflict() {
            world.command(CommandScript.empty());
            Deployment earlier = world.run(world.claimed());
            world.stores.configs().remove(world.config.id(), Samples.NOW);
            assertThrows(ConflictException.class, () -> redeploy(earlier.id()));
        }

        @Test
        void oneThatIsNotThereIsNotFound() {
            assertThrows(NotFoundException.class, () -> redeploy(Samples.deploymentId()));
        }
    }

    @Nested
    class Deleting {

        private void delete(DeploymentId id) {
            new DeleteDeployment(world.stores.deployments(), world.folders, world.inUse(), world.audit())
                    .delete(id, RunWorld.MONA);
        }

        @Test
        void itsRecordItsLogAndItsFolderAreRemoved() {
            world.command(CommandScript.empty());
            Deployment first = world.run(world.claimed());
            world.run(world.claimed());
            assertTrue(world.folders.exists(world.config.id(), first.id()));
            delete(first.id());

            assertEquals(Optional.empty(), world.stores.deployments().find(first.id()));
            assertTrue(world.lines(first).isEmpty());
            assertFalse(world.folders.exists(world.config.id(), first.id()));
            assertEquals(List.of("mona deployment.delete deployment/" + first.id()), audited());
        }

        @Test
        void theFolderOfTheCurrentReleaseStays() {
            world.command(CommandScript.empty());
            Deployment current = world.run(world.claimed());
            delete(current.id());
            assertTrue(world.folders.exists(world.config.id(), current.id()));
            assertEquals(Optional.of(current.id()), world.folders.current(world.config.id()));
        }

        @Test
        void oneThatRunsIsAConflictAndStays() {
            Deployment running = world.claimed();
            assertThrows(ConflictException.class, () -> delete(running.id()));
            assertEquals(running, world.find(running));
            assertTrue(audited().isEmpty());
        }

        @Test
        void oneWhoseConfigIsGoneCanBeDeleted() {
            world.command(CommandScript.empty());
            Deployment done = world.run(world.claimed());
            world.stores.configs().remove(world.config.id(), Samples.NOW);
            delete(done.id());
            assertEquals(Optional.empty(), world.stores.deployments().find(done.id()));
        }

        @Test
        void oneThatIsNotThereIsNotFound() {
            assertThrows(NotFoundException.class, () -> delete(Samples.deploymentId()));
        }
    }

    @Nested
    class Moving {

        @Test
        void aMoveFromAStateThatIsPastChangesAndTellsNothing() {
            Deployment pending = world.queue(Trigger.PUSH);
            DeploymentState.Pending state = (DeploymentState.Pending) pending.state();
            assertTrue(world.transitions().move(pending.id(), state, state.cancel(Samples.NOW, "first")));
            told.clear();
            assertFalse(world.transitions().move(pending.id(), state, state.cancel(Samples.NOW, "second")));
            assertEquals("first", world.find(pending).errorMessage());
            assertTrue(told.isEmpty());
        }

        @Test
        void aChangeIsStoredBeforeItIsTold() {
            Deployment pending = world.queue(Trigger.PUSH);
            List<DeploymentStatus> seen = new ArrayList<>();
            world.events.subscribe(event -> seen.add(world.find(pending).status()));
            DeploymentState.Pending state = (DeploymentState.Pending) pending.state();
            world.transitions().move(pending.id(), state, state.cancel(Samples.NOW, "x"));
            assertEquals(List.of(DeploymentStatus.CANCELLED), seen);
        }
    }
}
