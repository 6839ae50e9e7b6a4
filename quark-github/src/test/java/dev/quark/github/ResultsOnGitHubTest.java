package dev.quark.github;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.codehost.HostToken;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentEvent;
import dev.quark.core.deployment.DeploymentState.InProgress;
import dev.quark.core.deployment.DeploymentState.Pending;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.result.DeploymentLinks;
import dev.quark.core.result.Pace;
import dev.quark.core.result.ReportResults;
import dev.quark.core.result.Result;
import dev.quark.core.result.TellHost;
import dev.quark.core.source.CloneUrls;
import dev.quark.github.GitHubStandIn.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What deployments look like on GitHub, and that nothing which goes wrong there keeps them from going on. */
class ResultsOnGitHubTest {

    @TempDir
    private Path folder;

    private HostWorld world;
    private ReportResults reports;

    @BeforeEach
    void open() throws Exception {
        open("patient", Duration.ofSeconds(30));
    }

    private void open(String name, Duration patience) throws Exception {
        world = new HostWorld(Files.createDirectories(folder.resolve(name)), false, patience);
        reports = start();
    }

    @AfterEach
    void close() {
        reports.close();
        world.close();
    }

    private ReportResults start() {
        TellHost tell = new TellHost(
                world.stores.results(),
                world.stores.configs(),
                new CloneUrls(world.standIn.url(), List.of()),
                world.tokens,
                world.gitHub.results(),
                new DeploymentLinks("https://quark.example.com/d/{id}"),
                new Pace(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofHours(24), 4, () -> 0.5),
                world.clock);
        ReportResults started = new ReportResults(world.stores.results(), tell, world.events, "node", 4, world.clock);
        started.start();
        return started;
    }

    /** A deployment from its beginning to its end, as fast as it goes. */
    private Deployment deployed() {
        Deployment deployment = world.deployment();
        world.transitions.add(deployment);
        InProgress running = new Pending().start(world.clock.instant(), "node");
        assertTrue(world.transitions.move(deployment.id(), new Pending(), running));
        assertTrue(world.transitions.move(deployment.id(), running, running.complete(world.clock.instant())));
        return deployment;
    }

    private Result result(Deployment deployment) {
        return world.stores.results().find(deployment.id()).orElseThrow();
    }

    private void awaitTold(Deployment deployment, DeploymentStatus status) throws Exception {
        HostWorld.await(
                () -> result(deployment).told() == status,
                () -> result(deployment).toString());
    }

    @Test
    void aDeploymentIsShownOnItsCommitAndInItsEnvironment() throws Exception {
        Deployment deployment = world.deployment();
        world.transitions.add(deployment);
        awaitTold(deployment, DeploymentStatus.PENDING);
        InProgress running = new Pending().start(world.clock.instant(), "node");
        world.transitions.move(deployment.id(), new Pending(), running);
        awaitTold(deployment, DeploymentStatus.IN_PROGRESS);
        world.transitions.move(deployment.id(), running, running.fail(world.clock.instant(), 2, "exit code 2"));
        awaitTold(deployment, DeploymentStatus.FAILED);

        assertEquals(
                List.of(
                        "quark/production pending Waiting for its turn",
                        "quark/production pending Deploying",
                        "quark/production failure Failed: exit code 2"),
                world.standIn.marks(world.repository, world.commit));
        assertEquals(List.of("production [queued, in_progress, failure]"), world.standIn.deployments(world.repository));
        assertEquals(
                "https://quark.example.com/d/" + deployment.id(),
                world.standIn.newestProgress(world.repository).path("log_url").asText());
    }

    @Test
    void theNewestSuccessIsTheActiveOne() throws Exception {
        awaitTold(deployed(), DeploymentStatus.COMPLETED);
        awaitTold(deployed(), DeploymentStatus.COMPLETED);

        List<String> shown = world.standIn.deployments(world.repository);
        assertEquals(2, shown.size());
        assertTrue(shown.get(0).endsWith("success, inactive]"), shown.toString());
        assertTrue(shown.get(1).endsWith("success]"), shown.toString());
        assertEquals(
                "https://app.example.com",
                world.standIn
                        .newestProgress(world.repository)
                        .path("environment_url")
                        .asText());
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void whateverGoesWrongTheDeploymentGoesOnAndTheResultComesLater(Fault fault) throws Exception {
        if (fault == Fault.SLOW) {
            close();
            open("hasty", Duration.ofSeconds(1));
        }
        world.standIn.fault(fault);
        Deployment deployment = deployed();
        HostWorld.await(() -> result(deployment).error() != null, () -> "no fault was noticed");
        assertEquals(
                DeploymentStatus.COMPLETED,
                world.stores.deployments().find(deployment.id()).orElseThrow().status());

        world.standIn.fault(Fault.NONE);
        world.clock.forward(Duration.ofHours(1));
        world.events.publish(new DeploymentEvent.StatusChanged(deployment.id(), DeploymentStatus.COMPLETED));

        awaitTold(deployment, DeploymentStatus.COMPLETED);
        List<String> marks = world.standIn.marks(world.repository, world.commit);
        assertTrue(marks.get(marks.size() - 1).startsWith("quark/production success"), marks.toString());
        List<String> shown = world.standIn.deployments(world.repository);
        assertEquals(1, shown.size(), shown.toString());
        assertTrue(shown.get(0).endsWith("success]"), shown.toString());
    }

    @Test
    void aRevokedTokenIsForgottenAndTheNextOneBringsTheResult() throws Exception {
        world.standIn.revoke(world.token);
        Deployment deployment = deployed();
        HostWorld.await(
                () -> world.stores.hostTokens().find(HostWorld.MONA).isEmpty(), () -> "the token is still kept");

        world.stores.hostTokens().save(HostWorld.MONA, HostToken.of(world.standIn.token("mona", "repo")));

        awaitTold(deployment, DeploymentStatus.COMPLETED);
    }

    @Test
    void aTokenWithoutTheScopeSaysWhichIsMissing() throws Exception {
        world.stores.hostTokens().save(HostWorld.MONA, HostToken.of(world.standIn.token("mona", "read:org")));
        Deployment deployment = deployed();
        HostWorld.await(() -> result(deployment).error() != null, () -> "no fault was noticed");
        assertTrue(
                String.valueOf(result(deployment).error()).contains("repo"),
                result(deployment).toString());
    }

    @Test
    void whatWasNotToldBeforeAnEndIsToldAfterTheNextStart() throws Exception {
        reports.close();
        Deployment deployment = deployed();

        reports = start();

        awaitTold(deployment, DeploymentStatus.COMPLETED);
    }
}
