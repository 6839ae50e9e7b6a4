package dev.quark.github;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.check.AwaitChecks;
import dev.quark.core.check.Check;
import dev.quark.core.check.ChecksChanged;
import dev.quark.core.check.JudgeCommit;
import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentState.Pending;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import dev.quark.github.GitHubStandIn.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Deployments that wait for the checks of a commit on GitHub. */
class ChecksOnGitHubTest {

    @TempDir
    private Path folder;

    private final AtomicInteger failed = new AtomicInteger();
    private HostWorld world;
    private AwaitChecks checks;

    @BeforeEach
    void open() throws Exception {
        open("patient", Duration.ofSeconds(30));
    }

    private void open(String name, Duration patience) throws Exception {
        world = new HostWorld(Files.createDirectories(folder.resolve(name)), true, patience);
        JudgeCommit judge = new JudgeCommit(
                world.stores.configs(), world.transitions, world.tokens, this::ask, Duration.ZERO, world.clock);
        checks = new AwaitChecks(world.stores.queue(), judge, world.events, Duration.ofMillis(100), world.clock);
        checks.start();
    }

    @AfterEach
    void close() {
        checks.close();
        world.close();
    }

    private List<Check> ask(Secret token, RepositoryName repository, CommitSha commit) {
        try {
            return world.gitHub.checks().of(token, repository, commit);
        } catch (CodeHostException e) {
            failed.incrementAndGet();
            throw e;
        }
    }

    private Deployment waiting() {
        Deployment deployment =
                world.deployment().awaitingChecks(world.clock.instant().plusSeconds(3600));
        world.transitions.add(deployment);
        return deployment;
    }

    private Deployment now(Deployment deployment) {
        return world.stores.deployments().find(deployment.id()).orElseThrow();
    }

    private void awaitGo(Deployment deployment) throws Exception {
        HostWorld.await(
                () -> now(deployment).state().equals(new Pending()),
                () -> now(deployment).toString());
    }

    private void awaitLooks(int more) throws Exception {
        int before = looks();
        HostWorld.await(() -> looks() >= before + more, () -> "nobody looks");
    }

    private int looks() {
        return (int) world.standIn.requests().stream()
                .filter(request -> request.contains("/check-suites"))
                .count();
    }

    @Test
    void itGoesOnWhenAllSuitesAndStatusesHavePassed() throws Exception {
        world.standIn.suite(world.repository, world.commit, "GitHub Actions", null, "build", "lint");
        world.standIn.status(world.repository, world.commit, "ci/other", "pending");
        Deployment deployment = waiting();
        awaitLooks(2);
        world.standIn.suite(world.repository, world.commit, "GitHub Actions", "success", "build", "lint");
        awaitLooks(2);
        assertTrue(now(deployment).state() instanceof Pending waiting && waiting.checksUntil() != null);

        world.standIn.status(world.repository, world.commit, "ci/other", "success");

        awaitGo(deployment);
    }

    @Test
    void quarksOwnStatusAndSuitesThatNeverBeginDontCount() throws Exception {
        world.standIn.status(world.repository, world.commit, "quark/production", "pending");
        world.standIn.suite(world.repository, world.commit, "Some Bot", null);
        Deployment deployment = waiting();
        awaitLooks(2);
        assertTrue(now(deployment).state() instanceof Pending waiting && waiting.checksUntil() != null);

        world.standIn.suite(world.repository, world.commit, "GitHub Actions", "neutral", "build");

        awaitGo(deployment);
    }

    @Test
    void aFailedCheckCancelsItAndIsNamed() throws Exception {
        world.standIn.status(world.repository, world.commit, "ci/other", "success");
        world.standIn.suite(world.repository, world.commit, "GitHub Actions", "failure", "unit tests");
        Deployment deployment = waiting();

        HostWorld.await(
                () -> now(deployment).status() == DeploymentStatus.CANCELLED,
                () -> now(deployment).toString());

        assertEquals(
                "the commit's checks failed: unit tests (GitHub Actions)",
                now(deployment).errorMessage());
    }

    @Test
    void looksAtWhatHasNotChangedCostNoQuota() throws Exception {
        world.standIn.suite(world.repository, world.commit, "GitHub Actions", null, "build");
        waiting();
        awaitLooks(2);
        int used = world.standIn.quotaUsed();
        awaitLooks(3);
        assertEquals(used, world.standIn.quotaUsed());
    }

    @Test
    void theLimitCancelsItAndSaysWhatIsMissing() throws Exception {
        world.standIn.suite(world.repository, world.commit, "GitHub Actions", null, "build");
        Deployment deployment = waiting();
        awaitLooks(1);
        world.clock.forward(Duration.ofMinutes(61));

        HostWorld.await(
                () -> now(deployment).status() == DeploymentStatus.CANCELLED,
                () -> now(deployment).toString());
        assertEquals(
                "the commit's checks had not passed after 60 min: still waiting for GitHub Actions",
                now(deployment).errorMessage());
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void whateverGoesWrongItWaitsAndGoesOnLater(Fault fault) throws Exception {
        if (fault == Fault.SLOW) {
            close();
            open("hasty", Duration.ofSeconds(1));
        }
        world.standIn.suite(world.repository, world.commit, "GitHub Actions", "success", "build");
        world.standIn.fault(fault);
        Deployment deployment = waiting();
        HostWorld.await(() -> failed.get() > 0, () -> "nobody noticed");
        assertTrue(now(deployment).state() instanceof Pending waiting && waiting.checksUntil() != null);

        world.standIn.fault(Fault.NONE);
        world.clock.forward(Duration.ofMinutes(31));
        world.events.publish(new ChecksChanged(world.repository, world.commit));

        awaitGo(deployment);
    }
}
