package dev.quark.core.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.process.CommandScript;
import dev.quark.core.service.InMemoryTrafficRouter;
import dev.quark.core.service.Instance;
import dev.quark.core.service.Service;
import dev.quark.core.testing.Samples;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service is stopped, or goes for good: what is under way on it is finished first. */
@Timeout(120)
class ServiceEndTest {

    private final ServiceWorld world = new ServiceWorld();

    @AfterEach
    void stop() {
        world.close();
    }

    private Deployment served() {
        world.run.command(CommandScript.empty());
        world.run.commands.script(
                "node server.js --name 'ü'", CommandScript.empty().hang());
        return world.deploy();
    }

    private InMemoryTrafficRouter.Request request() {
        return world.router.begin("app.example.com", "/api/x").orElseThrow();
    }

    private void assertServesOn(InMemoryTrafficRouter.Request request, int instances) {
        assertTrue(world.router.isInFlight(request));
        assertEquals(instances, world.instances().size());
        assertTrue(
                world.instances().stream().allMatch(instance -> instance.state() == Instance.State.HEALTHY),
                () -> world.instances().toString());
    }

    @Test
    void aStoppedServiceTakesNoRequestAndStopsWhenThoseUnderWayAreOver() throws Exception {
        served();
        var request = request();

        world.manage().stop(world.config, RunWorld.MONA);

        assertEquals(0, request().port(), "503");
        assertServesOn(request, 3);
        world.router.end(request, 200);
        RunWorld.await(() -> world.instances().isEmpty());
        assertTrue(world.parts().services().find(world.config).orElseThrow().stopped());
    }

    @Test
    void whatWasBegunBeforeTheSwitchThatTheStopFollowedIsFinishedToo() throws Exception {
        Deployment first = served();
        var request = request();
        world.deploy();

        world.manage().stop(world.config, RunWorld.MONA);

        RunWorld.await(() -> world.route().ports().isEmpty());
        assertEquals(3, world.instances(first).size());
        assertServesOn(request, 6);
        world.router.end(request, 200);
        RunWorld.await(() -> world.instances().isEmpty());
    }

    @Test
    void aServiceThatIsStartedAgainWhileItStopsServesWithNewInstances() throws Exception {
        Deployment first = served();
        var request = request();
        world.manage().stop(world.config, RunWorld.MONA);

        Deployment again = world.deploy();

        assertEquals(again.id().toString(), world.route().release());
        assertEquals(3, world.instances(first).size());
        assertServesOn(request, 6);
        world.router.end(request, 200);
        world.awaitOnly(again);
        assertEquals(3, world.instances(again).size());
        assertTrue(request().port() > 0);
    }

    @Test
    void aQuarkThatWasKilledWhileAServiceStoppedGoesOnWithThat() throws Exception {
        served();
        var request = request();
        world.manage().stop(world.config, RunWorld.MONA);

        world.restart();

        assertEquals(0, request().port());
        assertServesOn(request, 3);
        world.router.end(request, 200);
        RunWorld.await(() -> world.instances().isEmpty());
    }

    @Test
    void oneThatWasKilledBeforeTheRouterKnewTellsIt() throws Exception {
        Deployment deployed = served();
        var request = request();
        var before = world.parts().services().find(world.config).orElseThrow();
        world.parts().services().save(new Service(world.config, before.serving(), true, before.node(), before.since()));
        assertEquals(deployed.id().toString(), world.route().release());

        world.restart();

        RunWorld.await(() -> world.route().ports().isEmpty());
        assertServesOn(request, 3);
        world.router.end(request, 200);
        RunWorld.await(() -> world.instances().isEmpty());
    }

    @Test
    void whereItsConfigGoesItsRouteGoesAtOnceAndItsFolderWithTheLastRequest() throws Exception {
        served();
        var request = request();
        AtomicBoolean nothingLeft = new AtomicBoolean();

        world.manage().end(world.config, () -> nothingLeft.set(true));

        RunWorld.await(() -> world.router.routes().isEmpty());
        assertServesOn(request, 3);
        assertFalse(nothingLeft.get());
        world.router.end(request, 200);
        RunWorld.await(nothingLeft::get);
        assertEquals(List.of(), world.instances());
        assertTrue(world.parts().services().find(world.config).isEmpty());
    }

    @Test
    void aReleaseWithoutAServiceIsCompletedWhenTheLastRequestIsOver() throws Exception {
        served();
        var request = request();
        world.run.stores.configs().update(world.config, before -> Samples.withService(before, null));
        Deployment claimed = world.run.claimed();
        Thread thread = world.run.begin(claimed);
        RunWorld.await(() -> world.router.routes().isEmpty());

        assertServesOn(request, 3);
        assertEquals(DeploymentStatus.IN_PROGRESS, world.run.find(claimed).status());
        world.router.end(request, 200);
        RunWorld.join(thread);

        assertEquals(DeploymentStatus.COMPLETED, world.run.find(claimed).status());
        assertEquals(List.of(), world.instances());
    }
}
