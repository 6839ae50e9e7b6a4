package dev.quark.core.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.deployment.Deployment.Origin;
import dev.quark.core.log.LogStream;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.process.CommandScript;
import dev.quark.core.process.RunId;
import dev.quark.core.service.Instance;
import dev.quark.core.testing.Samples;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a deployment of a service goes, with scripted processes and a router in memory. */
@Timeout(120)
class ServiceSwitchTest {

    private static final String START = "node server.js --name 'ü'";

    private final ServiceWorld world = new ServiceWorld();

    @AfterEach
    void stop() {
        world.close();
    }

    private void theCommandWorksAndTheApp(CommandScript app) {
        world.run.command(CommandScript.empty());
        world.run.commands.script(START, app);
    }

    @Test
    void startsInstancesEachWithItsPortAndGivesThemTheRequests() {
        theCommandWorksAndTheApp(CommandScript.empty().hang());

        Deployment deployed = world.deploy();

        assertEquals(DeploymentStatus.COMPLETED, deployed.status(), String.valueOf(deployed.errorMessage()));
        assertEquals(deployed.id().toString(), world.route().release());
        assertEquals(List.of(20_000, 20_001, 20_002), world.route().ports());
        assertEquals(deployed.id(), world.run.folders.current(world.config).orElseThrow());
        List<String> given = world.run.commands.started().stream()
                .filter(command -> command.shellCommand().equals(START))
                .map(command -> Objects.requireNonNull(command.environment().get("PORT"))
                        .reveal())
                .sorted()
                .toList();
        assertEquals(List.of("20000", "20001", "20002"), given);
    }

    @Test
    void theOldInstancesStopWhenTheirRequestsAreOverAndTheSwitchIsMeasured() throws Exception {
        theCommandWorksAndTheApp(CommandScript.empty().hang());
        Deployment first = world.deploy();
        var request = world.router.begin("app.example.com", "/api/x").orElseThrow();

        Deployment second = world.deploy();

        assertEquals(DeploymentStatus.COMPLETED, second.status());
        assertEquals(second.id().toString(), world.route().release());
        assertEquals(3, world.instances(first).size());
        assertEquals(
                List.of(
                        Phase.QUEUED,
                        Phase.CHECKING_OUT,
                        Phase.RUNNING,
                        Phase.STARTING,
                        Phase.SWITCHING,
                        Phase.DRAINING),
                world.run.timeline(second).spans().stream()
                        .map(Timeline.Span::phase)
                        .toList());
        assertEquals(Phase.DRAINING, world.run.timeline(second).current());
        world.router.end(request, 200);
        world.awaitOnly(second);
        assertEquals(3, world.instances(second).size());
        RunWorld.await(
                () -> world.run.stores.services().rollouts(List.of(second.id().rollout())).stream()
                        .anyMatch(rollout -> rollout.cutover() != null));
        assertNull(world.run.timeline(second).current());
    }

    @Test
    void anInstanceWithARequestIsNotStoppedBecauseALaterSwitchIsOver() throws Exception {
        theCommandWorksAndTheApp(CommandScript.empty().hang());
        Deployment first = world.deploy();
        var request = world.router.begin("app.example.com", "/api/x").orElseThrow();
        Deployment last = first;
        for (int i = 0; i < 4; i++) {
            last = world.deploy();
        }

        assertEquals(3, running(first).size());
        world.router.end(request, 200);
        world.awaitOnly(last);
    }

    @Test
    void anAppThatExitsAtOnceFailsItsDeploymentAndTheOldOneServes() throws Exception {
        theCommandWorksAndTheApp(CommandScript.empty().hang());
        Deployment first = world.deploy();
        world.healthy = false;
        world.run.commands.script(
                START,
                CommandScript.empty().print(LogStream.STDERR, "no database\n").exit(3));

        Deployment second = world.deploy();

        assertEquals(DeploymentStatus.FAILED, second.status());
        assertTrue(String.valueOf(second.errorMessage()).contains("exit code 3"), second::toString);
        assertTrue(world.run.texts(second, false).contains("no database"), "the app's last output is in the log");
        assertEquals(first.id().toString(), world.route().release());
        assertEquals(first.id(), world.run.folders.current(world.config).orElseThrow());
        world.awaitOnly(first);
    }

    @Test
    void cancellingWhileInstancesStartStopsThem() throws Exception {
        theCommandWorksAndTheApp(CommandScript.empty().hang());
        world.healthy = false;
        Deployment claimed = world.run.claimed();
        Thread thread = world.run.begin(claimed);
        RunWorld.await(() -> world.instances().size() == 3);

        world.run.cancel().cancel(claimed.id(), RunWorld.MONA);
        RunWorld.join(thread);

        assertEquals(DeploymentStatus.CANCELLED, world.run.find(claimed).status());
        assertEquals(List.of(), world.instances());
        assertEquals(List.of(), world.router.routes());
    }

    @Test
    void aRollbackBringsTheKeptReleaseBackWithoutItsCommand() throws Exception {
        theCommandWorksAndTheApp(CommandScript.empty().hang());
        Deployment first = world.deploy();
        Deployment second = world.deploy();
        int commands = world.run.commands.started().size();
        Deployment done = bringBack(first);

        assertEquals(DeploymentStatus.COMPLETED, done.status(), String.valueOf(done.errorMessage()));
        assertEquals(commands + 3, world.run.commands.started().size());
        assertEquals(first.id(), world.run.folders.current(world.config).orElseThrow());
        assertEquals(done.id().toString(), world.route().release());
        world.awaitOnly(done);
        assertFalse(world.instances().isEmpty());
        assertNotNull(second);
    }

    @Test
    void aCrashWithinTheWatchBringsTheOldReleaseBack() throws Exception {
        crashWithinTheWatch(run -> {});
    }

    @Test
    void aCrashIsNotForgottenBecauseItsOutputCannotBeRemoved() throws Exception {
        crashWithinTheWatch(world.run.commands::failToDiscard);
    }

    private void crashWithinTheWatch(Consumer<RunId> before) throws Exception {
        theCommandWorksAndTheApp(CommandScript.empty().hang());
        Deployment first = world.deploy();
        world.run
                .stores
                .configs()
                .update(world.config, config -> Samples.withService(config, Samples.service("app.example.com")));
        Deployment claimed = world.run.claimed();
        Thread thread = world.run.begin(claimed);
        RunWorld.await(() -> world.route().release().equals(claimed.id().toString()));
        Instance one = world.instances(claimed).getFirst();

        before.accept(one.run());
        world.run.commands.exit(one.run(), 1);
        RunWorld.join(thread);

        Deployment failed = world.run.find(claimed);
        assertEquals(DeploymentStatus.FAILED, failed.status());
        assertTrue(String.valueOf(failed.errorMessage()).contains("crashed"), failed::toString);
        assertTrue(String.valueOf(failed.errorMessage()).contains("serves again"), failed::toString);
        assertEquals(first.id().toString(), world.route().release());
        assertEquals(first.id(), world.run.folders.current(world.config).orElseThrow());
        world.awaitOnly(first);
    }

    @Test
    void oldInstancesStopThoughTheCommandsOutputCannotBeRemoved() throws Exception {
        theCommandWorksAndTheApp(CommandScript.empty().hang());
        world.deploy();
        Deployment claimed = world.run.claimed();
        world.run.commands.failToDiscard(claimed.id().run());

        Deployment second = world.run.run(claimed);

        assertEquals(DeploymentStatus.COMPLETED, second.status());
        world.awaitOnly(second);
    }

    @Test
    void aRestartedQuarkTakesInstancesUpAndStartsNoneTwice() throws Exception {
        theCommandWorksAndTheApp(CommandScript.empty().hang());
        Deployment first = world.deploy();
        List<Instance> before = world.instances();
        int started = world.run.commands.started().size();

        world.restart();
        Deployment second = world.deploy();

        assertEquals(DeploymentStatus.COMPLETED, second.status());
        world.awaitOnly(second);
        assertEquals(started + 4, world.run.commands.started().size());
        assertEquals(3, before.size());
        assertNotNull(first);
    }

    @Test
    void aCrashedInstanceIsStartedAgainOnItsPort() throws Exception {
        theCommandWorksAndTheApp(CommandScript.empty().hang());
        Deployment deployed = world.deploy();
        Instance one = world.instances(deployed).getFirst();

        world.run.commands.exit(one.run(), 1);

        RunWorld.await(() -> world.instances(deployed).stream()
                .anyMatch(instance -> instance.isSame(one)
                        && instance.restarts() == 1
                        && instance.state() == Instance.State.HEALTHY));
        Instance again = world.instances(deployed).getFirst();
        assertEquals(one.port(), again.port());
        assertFalse(one.run().equals(again.run()));
    }

    @Test
    void theReleaseThatServesCannotBeDeletedAndIsNotPruned() throws Exception {
        theCommandWorksAndTheApp(CommandScript.empty().hang());
        Deployment first = world.deploy();
        assertThrows(ConflictException.class, () -> delete(first));

        Deployment second = world.deploy();
        world.awaitOnly(second);
        delete(first);

        assertThrows(ConflictException.class, () -> delete(second));
        assertTrue(world.run.folders.exists(world.config, second.id()));
    }

    @Test
    void neitherCanTheOneInWhoseFolderAReleaseThatCameBackRuns() throws Exception {
        theCommandWorksAndTheApp(CommandScript.empty().hang());
        Deployment first = world.deploy();
        Deployment second = world.deploy();
        world.awaitOnly(second);
        Deployment back = bringBack(first);
        assertEquals(DeploymentStatus.COMPLETED, back.status(), String.valueOf(back.errorMessage()));
        world.awaitOnly(back);

        assertThrows(ConflictException.class, () -> delete(first));
        assertThrows(ConflictException.class, () -> delete(back));
        delete(second);
    }

    private Deployment bringBack(Deployment earlier) {
        Deployment back =
                Samples.pending(world.run.config, Trigger.ROLLBACK).bringingBack(new Origin(earlier.id(), false));
        world.run.stores.deployments().add(back);
        return world.run.run(
                world.run.stores.queue().claim(RunWorld.NODE, Samples.NOW).orElseThrow());
    }

    private List<Instance> running(Deployment of) {
        return world.instances(of).stream()
                .filter(instance -> instance.state() != Instance.State.STOPPING)
                .toList();
    }

    private void delete(Deployment deployment) {
        new DeleteDeployment(world.run.deployments, world.run.folders, world.run.inUse(), world.run.audit())
                .delete(deployment.id(), RunWorld.MONA);
    }
}
