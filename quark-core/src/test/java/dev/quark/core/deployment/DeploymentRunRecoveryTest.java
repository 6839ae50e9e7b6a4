package dev.quark.core.deployment;

import static dev.quark.core.log.LogStream.STDOUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.log.LogLine;
import dev.quark.core.process.CommandScript;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.testing.Samples;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an earlier process of QUARK left behind is taken up, and a database that is away is waited for. */
@Timeout(60)
class DeploymentRunRecoveryTest {

    private static final CloneUrl SOURCE = new CloneUrl("file:///srv/git/octo.git");

    private final RunWorld world = new RunWorld();

    @AfterEach
    void close() {
        world.close();
    }

    /** QUARK runs a deployment whose command prints and waits, and is killed. */
    private Deployment leftRunning() throws InterruptedException {
        world.command(CommandScript.empty().print(STDOUT, "one\n").hang());
        Deployment claimed = world.claimed();
        Thread run = world.begin(claimed);
        RunWorld.await(() -> !world.texts(claimed, false).isEmpty());
        run.interrupt();
        RunWorld.join(run);
        world.commands = world.commands.restarted();
        world.runner = world.commands;
        world.checkout = request -> {
            throw new AssertionError("A command that was started is not checked out again");
        };
        return world.find(claimed);
    }

    @Test
    void aCommandThatGoesOnIsFollowedFromWhereItsOutputIsStored() throws Exception {
        Deployment left = leftRunning();
        world.commands.print(left.id().run(), STDOUT, "two\n");
        world.commands.exit(left.id().run(), 0);
        Deployment done = world.run(left);

        assertEquals(DeploymentStatus.COMPLETED, done.status());
        assertEquals(List.of("one", "two"), world.texts(done, false));
        assertEquals(Optional.of(left.id()), world.folders.current(world.config.id()));
        assertEquals(1, world.commands.started().size());
    }

    @Test
    void aPhaseThatIsTakenUpAgainBeganWhenItBegan() throws Exception {
        Deployment left = leftRunning();
        assertEquals(
                Map.of(Phase.RUNNING, Samples.NOW),
                world.stores.phases().of(List.of(left.id())).get(left.id()));
        world.clock = Clock.fixed(Samples.NOW.plusSeconds(60), ZoneOffset.UTC);
        world.commands.exit(left.id().run(), 0);
        Timeline.Span last = world.timeline(world.run(left)).spans().getLast();

        assertEquals(new Timeline.Span(Phase.RUNNING, Samples.NOW, Duration.ofSeconds(60)), last);
    }

    @Test
    void aCommandThatRunsIsTakenUpAsOftenAsItTakes() throws Exception {
        Deployment left = leftRunning();
        AtomicInteger forgotten = new AtomicInteger();
        Thread run = world.begin(left, new TakeUps(TakeUps.MOST, forgotten::incrementAndGet));
        RunWorld.await(() -> forgotten.get() == 1);
        world.commands.exit(left.id().run(), 0);
        RunWorld.join(run);
        assertEquals(DeploymentStatus.COMPLETED, world.find(left).status());
    }

    @Test
    void aDeploymentThatIsGivenUpLeavesNoCommandRunning() throws Exception {
        Deployment left = leftRunning();
        RunWorld.join(world.begin(left, new TakeUps(TakeUps.MOST + 1, () -> {})));
        Deployment failed = world.find(left);
        assertEquals(DeploymentStatus.FAILED, failed.status());
        assertTrue(Objects.requireNonNull(failed.errorMessage()).startsWith("given up: "), failed::errorMessage);
        assertFalse(world.commands.isRunning(left.id().run()));
    }

    @Test
    void aCommandThatEndedMeanwhileGivesItsExitCode() throws Exception {
        Deployment left = leftRunning();
        world.commands.exit(left.id().run(), 3);
        assertEquals(3, world.run(left).exitCode());
    }

    @Test
    void aCommandThatIsLostIsInterruptedWithAllThatItPrinted() throws Exception {
        Deployment left = leftRunning();
        world.commands.print(left.id().run(), STDOUT, "last words");
        world.commands.vanish(left.id().run());
        Deployment failed = world.run(left);

        assertEquals("interrupted: the command was killed, or the machine was restarted", failed.errorMessage());
        assertEquals(List.of("one", "last words"), world.texts(failed, false));
    }

    @Test
    void aCommandThatWasCancelledWhileQuarkWasAwayIsStopped() throws Exception {
        Deployment left = leftRunning();
        world.cancel().cancel(left.id(), RunWorld.MONA);
        Deployment cancelled = world.run(left);
        assertEquals("cancelled by mona", cancelled.errorMessage());
        assertFalse(world.commands.isRunning(left.id().run()));
    }

    @Test
    void aCommandThatNeverStartedIsCheckedOutAgainAndStartedOnce() {
        world.command(CommandScript.empty());
        Deployment claimed = world.claimed();
        world.stores.releases().save(Release.of(claimed.id(), world.config, SOURCE, Samples.NOW));
        Deployment done = world.run(claimed);

        assertEquals(DeploymentStatus.COMPLETED, done.status());
        assertEquals(1, world.commands.started().size());
    }

    @Test
    void aRunThatIsTakenUpUsesTheSettingsThatItBeganWith() {
        world.command(CommandScript.empty());
        Deployment claimed = world.claimed();
        world.stores.releases().save(Release.of(claimed.id(), world.config, SOURCE, Samples.NOW));
        world.stores
                .configs()
                .update(
                        world.config.id(),
                        config -> config.withEnvironment(Samples.environment(Map.of("API_KEY", "new")), Samples.NOW));
        world.run(claimed);
        assertEquals(
                "s3cr3t-ü-value",
                Objects.requireNonNull(world.commands
                                .started()
                                .getFirst()
                                .environment()
                                .get("API_KEY"))
                        .reveal());
    }

    @Test
    void aCommandWhoseSettingsCantBeReadAnyMoreIsNotLeftRunning() throws Exception {
        Deployment left = leftRunning();
        world.releases = new ReleaseStore() {
            @Override
            public void save(Release release) {}

            @Override
            public Optional<Release> find(DeploymentId deployment) {
                throw new IllegalStateException("sealed with another SECRET_KEY");
            }
        };
        Deployment failed = world.run(left);
        assertEquals("QUARK could not run it: sealed with another SECRET_KEY", failed.errorMessage());
        assertFalse(world.commands.isRunning(left.id().run()));
    }

    @Test
    void anOutcomeThatCantBeStoredIsStoredLaterAndNotedOnce() {
        world.command(CommandScript.empty().exit(4));
        world.deployments = new FaultyStores(world.stores).deploymentsThatRefuseToMove(1);
        Deployment failed = world.run(world.claimed());

        assertEquals(4, failed.exitCode());
        assertEquals(
                1,
                world.texts(failed, true).stream()
                        .filter(text -> text.startsWith("Failed"))
                        .count());
    }

    @Test
    void linesThatCantBeStoredAreReadAgainAndTheCommandGoesOn() {
        world.command(CommandScript.empty().print(STDOUT, "one\n").print(STDOUT, "two\n"));
        world.logs = new FaultyStores(world.stores).logsThatRefuse("two", FaultyStores.away());
        Deployment done = world.run(world.claimed());

        assertEquals(DeploymentStatus.COMPLETED, done.status(), done::errorMessage);
        assertEquals(List.of("one", "two"), world.texts(done, false));
        assertNumbered(world.lines(done));
    }

    @Test
    void linesThatWereStoredThoughTheDatabaseDidNotSaySoAreNotStoredTwice() {
        world.command(CommandScript.empty().print(STDOUT, "one\n").print(STDOUT, "two\n"));
        world.logs = new FaultyStores(world.stores).logsThatSeemToRefuse("two", FaultyStores.away());
        Deployment done = world.run(world.claimed());

        assertEquals(DeploymentStatus.COMPLETED, done.status(), done::errorMessage);
        assertEquals(List.of("one", "two"), world.texts(done, false));
        assertNumbered(world.lines(done));
    }

    @Test
    void aLastLineThatSeemsNotToBeStoredDoesNotKeepTheOutcomeFromBeingStored() {
        world.command(CommandScript.empty().exit(1));
        world.logs = new FaultyStores(world.stores).logsThatSeemToRefuse("Failed", FaultyStores.away());
        assertEquals(1, world.run(world.claimed()).exitCode());
    }

    @Test
    void aDatabaseThatIsAwayBeforeTheCommandStartsIsWaitedFor() {
        world.command(CommandScript.empty());
        world.logs = new FaultyStores(world.stores).logsThatRefuse("Checking out", FaultyStores.away());
        assertEquals(DeploymentStatus.COMPLETED, world.run(world.claimed()).status());
    }

    private static void assertNumbered(List<LogLine> lines) {
        for (int i = 0; i < lines.size(); i++) {
            assertEquals(i + 1, lines.get(i).seq());
        }
        assertTrue(lines.size() > 1);
    }
}
