package dev.quark.core.deployment;

import static dev.quark.core.log.LogStream.STDERR;
import static dev.quark.core.log.LogStream.STDOUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.log.SpoolPosition;
import dev.quark.core.process.CommandRun;
import dev.quark.core.process.CommandRunner;
import dev.quark.core.process.CommandScript;
import dev.quark.core.process.Processes;
import dev.quark.core.process.RunId;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.CheckoutOutcome;
import dev.quark.core.source.SourceCheckout;
import dev.quark.core.testing.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One deployment from its claim to its outcome, where nobody stops it and nothing crashes. */
@Timeout(60)
class DeploymentRunTest {

    private final RunWorld world = new RunWorld();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aCommandThatSucceedsCompletesTheDeploymentAndMakesItsReleaseTheCurrentOne() {
        world.command(CommandScript.empty().print(STDOUT, "one\n").print(STDERR, "two"));
        Deployment claimed = world.claimed();
        world.folders.add(world.config.id(), claimed.id());

        Deployment done = world.run(claimed);

        assertEquals(new DeploymentState.Completed(run(claimed), Samples.NOW), done.state());
        assertEquals(0, done.exitCode());
        assertNull(done.errorMessage());
        assertEquals(Optional.of(claimed.id()), world.folders.current(world.config.id()));
        assertEquals(List.of("one", "two"), world.texts(done, false));
        assertEquals(
                List.of(
                        "Checking out " + RunWorld.COMMIT.sha() + " of octo-org/octo-repo",
                        "Running " + world.config.deployCommand()),
                world.texts(done, true));
    }

    @Test
    void theLinesOfTheLogAreNumberedWithoutAGap() {
        world.command(CommandScript.empty().flood(STDOUT, "a line", 500).exit(1));
        Deployment done = world.run(world.claimed());

        List<Long> numbers = world.lines(done).stream().map(line -> line.seq()).toList();
        for (int i = 0; i < numbers.size(); i++) {
            assertEquals(i + 1, numbers.get(i));
        }
        assertEquals(503, numbers.size());
    }

    @Test
    void theCommandGetsTheConfigsVariablesAndQuarksOwn() {
        world.command(CommandScript.empty());
        Deployment claimed = world.claimed();
        world.run(claimed);

        CommandRunner.Command command = world.commands.started().getFirst();
        assertEquals(world.config.deployCommand(), command.shellCommand());
        assertEquals(world.folders.folder(world.config.id(), claimed.id()).resolve("app/web"), command.directory());
        assertEquals(
                Map.of(
                        "API_KEY", Secret.of("s3cr3t-ü-value"),
                        "REGION", Secret.of("eu-1"),
                        "DEPLOYMENT_ID", Secret.of(claimed.id().toString()),
                        "REPO_NAME", Secret.of("octo-org/octo-repo"),
                        "COMMIT_SHA", Secret.of(RunWorld.COMMIT.sha().value()),
                        "BRANCH", Secret.of("main"),
                        "RELEASE_DIR",
                                Secret.of(world.folders
                                        .folder(world.config.id(), claimed.id())
                                        .toString())),
                command.environment());
    }

    @Test
    void theEnvFileHoldsTheConfigsVariablesOnly() {
        List<String> file = new ArrayList<>();
        world.command(CommandScript.empty());
        Deployment claimed = world.claimed();
        world.run(claimed);

        world.folders
                .environmentFile(world.folders.folder(world.config.id(), claimed.id()))
                .ifPresent(file::add);
        assertEquals(1, file.size());
        assertTrue(file.getFirst().contains("API_KEY="), file::getFirst);
        assertFalse(file.getFirst().contains("DEPLOYMENT_ID"), file::getFirst);
    }

    @Test
    void secretsAreMaskedInTheOutputBeforeItIsStored() {
        world.command(CommandScript.empty().print(STDOUT, "key=s3cr3t-ü-value region=eu-1\n"));
        Deployment done = world.run(world.claimed());
        assertEquals(List.of("key=******** region=eu-1"), world.texts(done, false));
    }

    @Test
    void aCommandThatFailsLeavesTheCurrentReleaseAsItWas() {
        world.command(CommandScript.empty());
        Deployment first = world.run(world.claimed());
        world.command(CommandScript.empty().print(STDERR, "no\n").exit(7));
        Deployment claimed = world.claimed();
        world.folders.add(world.config.id(), claimed.id());

        Deployment failed = world.run(claimed);

        assertEquals(
                new DeploymentState.Failed(run(claimed), Samples.NOW, 7, "the command ended with exit code 7"),
                failed.state());
        assertEquals(Optional.of(first.id()), world.folders.current(world.config.id()));
        assertFalse(world.folders.exists(world.config.id(), claimed.id()));
        assertEquals(
                "Failed: the command ended with exit code 7",
                world.texts(failed, true).getLast());
    }

    @Test
    void aCheckoutThatIsRefusedFailsTheDeploymentWithTheReasonAndStartsNothing() {
        world.checkout = request -> new CheckoutOutcome.Refused("The commit isn't there: push it.");
        Deployment failed = world.run(world.claimed());

        assertEquals("The commit isn't there: push it.", failed.errorMessage());
        assertNull(failed.exitCode());
        assertTrue(world.commands.started().isEmpty());
        assertEquals(
                "Failed: The commit isn't there: push it.",
                world.texts(failed, true).getLast());
    }

    @Test
    void aFolderThatCantBePreparedFailsTheDeploymentAndStartsNothing() {
        Deployment claimed = world.claimed();
        world.folders.remove(
                world.folders.folder(world.config.id(), claimed.id()).resolve("app/web"));
        Deployment failed = world.run(claimed);

        assertEquals("The working directory app/web is no folder in this commit.", failed.errorMessage());
        assertTrue(world.commands.started().isEmpty());
    }

    @Test
    void aCommandThatVanishesFailsTheDeploymentAsInterrupted() {
        world.command(CommandScript.empty().print(STDOUT, "half a li").vanish());
        Deployment failed = world.run(world.claimed());

        assertEquals("interrupted: the command was killed, or the machine was restarted", failed.errorMessage());
        assertEquals(List.of("half a li"), world.texts(failed, false));
    }

    @Test
    void aCommandThatPrintsTooMuchIsStoppedAndToldWhatToDo() {
        world.command(
                CommandScript.empty().flood(STDOUT, "0123456789abcdef", 100_000).hang());
        Deployment failed = world.run(world.claimed());

        assertEquals("the command printed more than 1 MiB: send it to a file", failed.errorMessage());
    }

    @Test
    void aConfigThatIsGoneFailsTheDeployment() {
        Deployment claimed = world.claimed();
        Deployment orphan = new Deployment(
                claimed.id(),
                null,
                claimed.repository(),
                claimed.branch(),
                claimed.name(),
                claimed.commit(),
                claimed.trigger(),
                claimed.triggeredBy(),
                null,
                claimed.createdAt(),
                claimed.state(),
                null);
        Deployment failed = world.run(orphan);

        assertEquals("its config was deleted", failed.errorMessage());
        assertTrue(world.commands.started().isEmpty());
    }

    @Test
    void aSourceThatIsNoLongerAllowedFailsTheDeploymentBeforeAnythingIsCloned() {
        List<SourceCheckout.Request> requests = new ArrayList<>();
        world.checkout = request -> {
            requests.add(request);
            return new CheckoutOutcome.CheckedOut(RunWorld.COMMIT);
        };
        Deployment claimed = world.claimed();
        RunDependencies needs = world.needs();
        DeploymentRun.of(
                new RunDependencies(
                        needs.configs(),
                        needs.deployments(),
                        needs.releases(),
                        needs.transitions(),
                        needs.logs(),
                        new dev.quark.core.source.CloneUrls("https://github.com", List.of()),
                        needs.checkout(),
                        needs.folders(),
                        needs.commands(),
                        needs.events(),
                        needs.timer(),
                        needs.clock(),
                        needs.service()),
                claimed,
                TakeUps.NONE);

        Deployment failed = world.find(claimed);
        assertEquals(DeploymentStatus.FAILED, failed.status());
        assertTrue(String.valueOf(failed.errorMessage()).contains("ALLOWED_CLONE_URLS"), failed::errorMessage);
        assertTrue(requests.isEmpty());
    }

    @Test
    void theHeadOfTheBranchIsLookedUpAndNotedWhereNoCommitWasNamed() {
        List<SourceCheckout.Request> requests = new ArrayList<>();
        world.checkout = request -> {
            requests.add(request);
            return new CheckoutOutcome.CheckedOut(RunWorld.COMMIT);
        };
        world.command(CommandScript.empty());
        Deployment pending = Deployment.pending(
                Samples.deploymentId(),
                world.config.id(),
                world.config.repository(),
                Samples.MAIN,
                world.config.name(),
                null,
                Trigger.MANUAL,
                "mona",
                Samples.NOW);
        world.stores.deployments().add(pending);
        Deployment done =
                world.run(world.stores.queue().claim(RunWorld.NODE, Samples.NOW).orElseThrow());

        assertNull(requests.getFirst().sha());
        assertEquals(RunWorld.COMMIT, done.commit());
        assertEquals(
                "Checking out main of octo-org/octo-repo",
                world.texts(done, true).getFirst());
    }

    @Test
    void aFaultOfQuarksOwnFailsTheDeploymentWithItsCauseAndNoTrace() {
        world.checkout = request -> {
            throw new IllegalStateException("outer", new java.io.IOException("Too many open files"));
        };
        Deployment failed = world.run(world.claimed());
        assertEquals("QUARK could not run it: Too many open files", failed.errorMessage());
    }

    @Test
    void aFullDiskFailsTheDeploymentWithWhatToDo() {
        world.checkout = request -> {
            throw new IllegalStateException("outer", new java.io.IOException("No space left on device"));
        };
        Deployment failed = world.run(world.claimed());
        assertEquals(
                "the disk is full: make room in DATA_DIR, for example by a lower keep_releases, and deploy again",
                failed.errorMessage());
    }

    @Test
    void aFaultOfQuarksOwnLeavesNoCommandRunning() {
        world.command(CommandScript.empty().print(STDOUT, "a line\n").hang());
        world.logs = new FaultyStores(world.stores).logsThatRefuse("a line", new IllegalStateException("a bug"));
        Deployment claimed = world.claimed();
        Deployment failed = world.run(claimed);

        assertEquals("QUARK could not run it: a bug", failed.errorMessage());
        assertFalse(world.commands.isRunning(claimed.id().run()));
    }

    @Test
    void aCommandThatWasStartedThoughItsStartSeemedToFailIsNotLeftRunning() {
        world.command(CommandScript.empty().hang());
        world.runner = new CommandRunner() {
            @Override
            public CommandRun start(Command command) {
                world.commands.start(command);
                throw new UncheckedIOException(new IOException("Too many open files"));
            }

            @Override
            public Recovered recover(RunId run, SpoolPosition from) {
                return world.commands.recover(run, from);
            }

            @Override
            public void discard(RunId run) {
                assertFalse(world.commands.isRunning(run));
            }

            @Override
            public Processes inspect(RunId run) {
                return world.commands.inspect(run);
            }
        };
        Deployment claimed = world.claimed();
        Deployment failed = world.run(claimed);

        assertEquals("QUARK could not run it: Too many open files", failed.errorMessage());
        assertFalse(world.commands.isRunning(claimed.id().run()));
    }

    @Test
    void everythingKeptForTheRunIsDiscardedAtItsEnd() {
        world.command(CommandScript.empty().print(STDOUT, "x"));
        Deployment claimed = world.claimed();
        world.run(claimed);
        assertInstanceOf(
                CommandRunner.Recovered.NotStarted.class,
                world.commands.recover(claimed.id().run(), SpoolPosition.START));
    }

    @Test
    void theOldestReleasesAreRemovedSoThatAsManyAreKeptAsTheConfigSays() {
        world.command(CommandScript.empty());
        List<Deployment> done = new ArrayList<>();
        for (int i = 0; i < world.config.keepReleases() + 3; i++) {
            Deployment claimed = world.claimed();
            world.folders.add(world.config.id(), claimed.id());
            done.add(world.run(claimed));
        }
        long kept = done.stream()
                .filter(deployment -> world.folders.exists(world.config.id(), deployment.id()))
                .count();
        assertEquals(world.config.keepReleases() + 1, kept);
        assertFalse(world.folders.exists(world.config.id(), done.getFirst().id()));
    }

    @Test
    void theReleaseKeepsWhatItWasMadeWith() {
        world.command(CommandScript.empty());
        Deployment claimed = world.claimed();
        world.run(claimed);
        Release release = world.stores.releases().find(claimed.id()).orElseThrow();
        assertEquals(world.config.deployCommand(), release.command());
        assertEquals(world.config.environment(), release.environment());
        assertEquals(world.config.timeout(), release.timeout());
    }

    @Test
    void onlyADeploymentInProgressCanBeRun() {
        Deployment pending = world.queue(Trigger.PUSH);
        RunDependencies needs = world.needs();
        assertThrows(IllegalArgumentException.class, () -> DeploymentRun.of(needs, pending, TakeUps.NONE));
    }

    private static DeploymentState.Run run(Deployment claimed) {
        return assertInstanceOf(DeploymentState.InProgress.class, claimed.state())
                .run();
    }
}
