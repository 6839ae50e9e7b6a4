package dev.quark.core.deployment;

import static dev.quark.core.log.LogStream.STDOUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.process.CommandRunner;
import dev.quark.core.process.CommandScript;
import dev.quark.core.source.CheckoutOutcome;
import dev.quark.core.source.SourceCheckout;
import dev.quark.core.testing.Samples;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A deployment that somebody, its timeout or the end of QUARK stops in each of its steps. */
@Timeout(60)
class DeploymentRunStopTest {

    /** So long ago that the config's timeout is over. */
    private static final Instant LONG_AGO = Samples.NOW.minusSeconds(1000);

    private final RunWorld world = new RunWorld();
    private final CountDownLatch reached = new CountDownLatch(1);

    @AfterEach
    void close() {
        world.close();
    }

    /** A checkout that takes until it is interrupted. */
    private CheckoutOutcome endless(SourceCheckout.Request request) throws InterruptedException {
        reached.countDown();
        new CountDownLatch(1).await();
        throw new AssertionError();
    }

    private Deployment cancelWhenReached(Deployment claimed) throws InterruptedException {
        Thread run = world.begin(claimed);
        reached.await();
        assertEquals(new CancelOutcome.Stopping(), world.cancel().cancel(claimed.id(), RunWorld.MONA));
        RunWorld.join(run);
        return world.find(claimed);
    }

    private void assertCancelled(Deployment deployment) {
        assertEquals(DeploymentStatus.CANCELLED, deployment.status());
        assertEquals("cancelled by mona", deployment.errorMessage());
        assertEquals("Stopped: cancelled by mona", world.texts(deployment, true).getLast());
        assertEquals(Optional.empty(), world.folders.current(world.config.id()));
    }

    @Test
    void aCancellationInterruptsTheCheckout() throws Exception {
        world.checkout = this::endless;
        assertCancelled(cancelWhenReached(world.claimed()));
        assertTrue(world.commands.started().isEmpty());
    }

    @Test
    void aCheckoutThatAnswersItsInterruptionWithAFaultIsCancelledAllTheSame() throws Exception {
        world.checkout = request -> {
            try {
                return endless(request);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("the transport was interrupted", e);
            }
        };
        assertCancelled(cancelWhenReached(world.claimed()));
    }

    @Test
    void aCheckoutThatAnswersItsInterruptionWithARefusalIsCancelledAllTheSame() throws Exception {
        world.checkout = request -> {
            try {
                return endless(request);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new CheckoutOutcome.Refused("The repository does not answer.");
            }
        };
        assertCancelled(cancelWhenReached(world.claimed()));
    }

    @Test
    void aCancellationAfterTheCheckoutStartsNoCommand() {
        Deployment claimed = world.claimed();
        world.deployments = new FaultyStores(world.stores).whenTheCommitIsNoted(() -> {
            world.cancel().cancel(claimed.id(), RunWorld.MONA);
            drainTimer();
        });
        assertCancelled(world.run(claimed));
        assertTrue(world.commands.started().isEmpty());
    }

    @Test
    void aCancellationStopsTheCommand() throws Exception {
        world.command(CommandScript.empty().print(STDOUT, "waiting\n").hang());
        Deployment claimed = world.claimed();
        Thread run = world.begin(claimed);
        RunWorld.await(() -> !world.texts(claimed, false).isEmpty());
        world.cancel().cancel(claimed.id(), RunWorld.MONA);
        RunWorld.join(run);

        assertCancelled(world.find(claimed));
        assertFalse(world.commands.isRunning(claimed.id().run()));
        assertNull(world.find(claimed).exitCode());
    }

    @Test
    void aCommandThatEndsWithZeroWhenItIsStoppedHasNotSucceeded() throws Exception {
        world.command(CommandScript.empty().print(STDOUT, "begun\n").hangUntilSigterm("waiting", 0));
        Deployment claimed = world.claimed();
        Thread run = world.begin(claimed);
        RunWorld.await(() -> !world.texts(claimed, false).isEmpty());
        world.cancel().cancel(claimed.id(), RunWorld.MONA);
        RunWorld.join(run);

        assertCancelled(world.find(claimed));
    }

    @Test
    void aCancellationBetweenTheClaimAndTheRunIsNotLost() {
        Deployment claimed = world.claimed();
        // Nobody listens yet, and what was claimed doesn't say it.
        world.cancel().cancel(claimed.id(), RunWorld.MONA);
        assertCancelled(world.run(claimed));
        assertTrue(world.commands.started().isEmpty());
    }

    @Test
    void aCancellationThatCantBeReadAtOnceIsReadLater() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        world.deployments = new FaultyStores(world.stores).deploymentsThatCantBeFound(failures);
        world.command(CommandScript.empty().print(STDOUT, "waiting\n").hang());
        Deployment claimed = world.claimed();
        Thread run = world.begin(claimed);
        RunWorld.await(() -> !world.texts(claimed, false).isEmpty());
        failures.set(1);
        world.cancel().cancel(claimed.id(), RunWorld.MONA);
        RunWorld.join(run);

        assertCancelled(world.find(claimed));
        assertEquals(0, failures.get());
    }

    @Test
    void theCancellationOfAnotherDeploymentChangesNothing() throws Exception {
        world.command(CommandScript.empty().print(STDOUT, "waiting\n").hang());
        Deployment claimed = world.claimed();
        Thread run = world.begin(claimed);
        RunWorld.await(() -> !world.texts(claimed, false).isEmpty());
        world.events.publish(new DeploymentEvent.CancellationRequested(Samples.deploymentId()));
        drainTimer();
        assertTrue(world.commands.isRunning(claimed.id().run()));
        world.commands.exit(claimed.id().run(), 0);
        RunWorld.join(run);
        assertEquals(DeploymentStatus.COMPLETED, world.find(claimed).status());
    }

    @Test
    void theTimeoutInterruptsTheCheckout() {
        world.checkout = this::endless;
        Deployment failed = world.run(world.claimed(LONG_AGO));

        assertEquals(DeploymentStatus.FAILED, failed.status());
        assertEquals("timed out after 90 s", failed.errorMessage());
    }

    @Test
    void theTimeoutStopsTheCommand() {
        Deployment claimed = world.claimed(LONG_AGO);
        start(claimed);
        Deployment failed = world.run(claimed);

        assertEquals(DeploymentStatus.FAILED, failed.status());
        assertEquals("timed out after 90 s", failed.errorMessage());
        assertNull(failed.exitCode());
        assertFalse(world.commands.isRunning(claimed.id().run()));
    }

    @Test
    void aCommandThatSucceededWhileQuarkWasAwayHasNotTimedOut() {
        Deployment claimed = world.claimed(LONG_AGO);
        start(claimed);
        world.commands.exit(claimed.id().run(), 0);
        assertEquals(DeploymentStatus.COMPLETED, world.run(claimed).status());
    }

    @Test
    void aCommandThatFailedWhileQuarkWasAwayHasNotTimedOutEither() {
        Deployment claimed = world.claimed(LONG_AGO);
        start(claimed);
        world.commands.exit(claimed.id().run(), 3);
        assertEquals(3, world.run(claimed).exitCode());
    }

    @Test
    void aCancellationThatComesAfterTheCommandSucceededIsTooLate() {
        Deployment claimed = world.claimed();
        start(claimed);
        world.commands.exit(claimed.id().run(), 0);
        world.cancel().cancel(claimed.id(), RunWorld.MONA);
        assertEquals(DeploymentStatus.COMPLETED, world.run(claimed).status());
    }

    @Test
    void aCancellationThatComesBeforeQuarkSawTheCommandFailIsNamed() {
        Deployment claimed = world.claimed();
        start(claimed);
        world.commands.exit(claimed.id().run(), 143);
        world.cancel().cancel(claimed.id(), RunWorld.MONA);
        assertCancelled(world.run(claimed));
    }

    @Test
    void theFirstReasonToStopIsTheOneThatCounts() throws Exception {
        Deployment claimed = world.claimed(LONG_AGO);
        world.cancel().cancel(claimed.id(), RunWorld.MONA);
        assertCancelled(world.run(claimed));
    }

    @Test
    void anInterruptionInTheCheckoutLeavesTheDeploymentInProgress() throws Exception {
        world.checkout = this::endless;
        Deployment claimed = world.claimed();
        Thread run = world.begin(claimed);
        reached.await();
        run.interrupt();
        RunWorld.join(run);
        assertEquals(claimed.state(), world.find(claimed).state());
    }

    @Test
    void anInterruptionLeavesTheCommandRunningAndTheDeploymentInProgress() throws Exception {
        world.command(CommandScript.empty().print(STDOUT, "waiting\n").hang());
        Deployment claimed = world.claimed();
        Thread run = world.begin(claimed);
        RunWorld.await(() -> !world.texts(claimed, false).isEmpty());
        run.interrupt();
        RunWorld.join(run);

        assertEquals(claimed.state(), world.find(claimed).state());
        assertTrue(world.commands.isRunning(claimed.id().run()));
        assertEquals(List.of("waiting"), world.texts(claimed, false));
    }

    @Test
    void anInterruptionWhileACommandIsBeingStoppedLeavesItToTheNextStart() throws Exception {
        DeafRunner deaf = new DeafRunner(world.commands);
        world.runner = deaf;
        world.command(CommandScript.empty().print(STDOUT, "waiting\n").hang());
        Deployment claimed = world.claimed();
        Thread run = world.begin(claimed);
        RunWorld.await(() -> !world.texts(claimed, false).isEmpty());
        world.cancel().cancel(claimed.id(), RunWorld.MONA);
        RunWorld.await(() -> deaf.stops() > 0);
        run.interrupt();
        RunWorld.join(run);
        assertEquals(DeploymentStatus.IN_PROGRESS, world.find(claimed).status());
        assertTrue(world.commands.isRunning(claimed.id().run()));

        world.runner = world.commands.restarted();
        assertCancelled(world.run(world.find(claimed)));
        assertFalse(world.commands.isRunning(claimed.id().run()));
    }

    /** Waits until the run has seen the events so far: its timer has one thread. */
    private void drainTimer() {
        try {
            world.timer.submit(() -> {}).get();
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** An earlier process of QUARK has started the command. */
    private void start(Deployment claimed) {
        world.commands.start(new CommandRunner.Command(
                claimed.id().run(),
                "another command",
                java.nio.file.Path.of("/"),
                java.util.Map.of(),
                CommandRunner.Keep.ALL));
    }
}
