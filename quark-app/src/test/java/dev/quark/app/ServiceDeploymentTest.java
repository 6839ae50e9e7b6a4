package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real app is deployed as a service behind the real router, while its users never pause. */
@Timeout(180)
class ServiceDeploymentTest {

    @TempDir
    private Path temporary;

    private ServiceWorld world;

    @BeforeEach
    void start() throws Exception {
        world = new ServiceWorld(temporary.toRealPath());
    }

    @AfterEach
    void stop() throws Exception {
        if (world != null) {
            world.close();
        }
    }

    @Test
    void aNewVersionTakesOverWithoutAFailedRequest() throws Exception {
        world.withService(Map.of("instances", 2)).deployed("v1");
        JsonNode second;
        try (ServiceLoad load = new ServiceLoad(world.port())) {
            ServiceWorld.await(() -> load.answered() > 50);
            CompletableFuture<ServiceLoad.Answer> held = world.hold();
            second = world.deployed("v2");
            int before = load.answered();
            ServiceWorld.await(() -> load.answered() > before + 50);
            Files.createFile(world.held());
            assertEquals(200, held.get(60, TimeUnit.SECONDS).status());
            assertEquals(Set.of(), load.failures());
            assertEquals(List.of("v1", "v2"), load.versions());
        }
        assertEquals("v2", world.version());
        JsonNode cutover = world.cutover(second);
        assertEquals(0, cutover.path("failed").asInt(), cutover::toString);
        assertTrue(cutover.path("requests").asInt() > 0, cutover::toString);
        ServiceWorld.await(() -> world.pids().size() == 2);
        JsonNode service = world.service();
        assertEquals("healthy", service.path("status").asText(), service::toString);
        assertEquals(second.path("id"), service.path("release"));
    }

    @Test
    void aRequestInFlightOnAnOldVersionIsAnsweredByItHoweverManyVersionsFollow() throws Exception {
        world.withService(Map.of("drain_seconds", 150)).deployed("v1");
        CompletableFuture<ServiceLoad.Answer> held = world.hold();
        world.deployed("v2");
        JsonNode third = world.deployed("v3");
        assertEquals("v3", world.version());
        Files.createFile(world.held());

        assertTrue(held.get(60, TimeUnit.SECONDS).body().startsWith("v1 "), held.get()::toString);
        ServiceWorld.await(() -> world.pids().size() == 1);
        assertEquals(0, world.cutover(third).path("failed").asInt());
    }

    @Test
    void aWebSocketOfTheOldVersionIsToldToComeBack() throws Exception {
        world.withService(Map.of("hosts", List.of("*"), "drain_seconds", 1)).deployed("v1");
        try (HttpClient client = HttpClient.newHttpClient()) {
            CompletableFuture<Integer> closed = world.webSocket(client);
            world.deployed("v2");
            assertEquals(1012, closed.get(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void anEarlierReleaseComesBackWithoutBeingMadeAgain() throws Exception {
        JsonNode first = world.withService(Map.of()).deployed("v1");
        world.deployed("v2");
        try (ServiceLoad load = new ServiceLoad(world.port())) {
            JsonNode back = world.completedBy(
                    world.quark().post("/deployments/" + first.path("id").asText() + "/rollback", null));
            ServiceWorld.await(() -> load.versions().contains("v1"));
            assertEquals(Set.of(), load.failures());
            assertEquals(List.of(), world.quark().output(back.path("id").asText()));
        }
        assertEquals(
                409,
                world.quark()
                        .send("DELETE", "/deployments/" + first.path("id").asText(), null)
                        .statusCode(),
                "its folder is what serves");
    }

    @Test
    void aServiceIsStoppedStartedAndGentlyRestarted() throws Exception {
        world.withService(Map.of("instances", 2)).deployed("v1");
        String path = "/deploy/configs/" + world.config() + "/service";
        world.quark().post(path + "/stop", null);
        ServiceLoad.Answer stopped = world.get("/");
        assertEquals(503, stopped.status());
        assertEquals("5", stopped.retryAfter());
        ServiceWorld.await(() -> world.service().path("status").asText().equals("stopped"));
        assertEquals(List.of(), world.pids());

        world.completedBy(world.quark().post(path + "/start", null));
        assertEquals("v1", world.version());

        List<Long> before = world.pids();
        try (ServiceLoad load = new ServiceLoad(world.port())) {
            world.completedBy(world.quark().post(path + "/restart", null));
            ServiceWorld.await(() -> load.processes().size() == 4);
            assertEquals(Set.of(), load.failures());
        }
        ServiceWorld.await(() -> world.pids().size() == 2);
        assertNotEquals(before, world.pids());
    }

    @Test
    void anInstanceThatCrashesIsStartedAgain() throws Exception {
        world.withService(Map.of()).deployed("v1");
        List<Long> before = world.pids();
        world.get("/crash");
        ServiceWorld.await(() -> world.version().equals("v1"));
        ServiceWorld.await(() -> world.service().at("/instances/0/restarts").asInt() >= 1);
        assertNotEquals(before, world.pids());
    }

    @Test
    void theAppServesOnWhileTheServerIsKilledAndTheNextStartTakesItUp() throws Exception {
        world.withService(Map.of("instances", 2)).deployed("v1");
        List<Long> before = world.pids();
        try (ServiceLoad load = new ServiceLoad(world.port())) {
            for (int i = 0; i < 2; i++) {
                world.kill();
                int answered = load.answered();
                ServiceWorld.await(() -> load.answered() > answered + 50);
                world.startAgain();
                assertEquals(before, world.pids());
            }
            assertEquals(Set.copyOf(before), load.processes());
            world.deployed("v2");
            ServiceWorld.await(() -> load.versions().contains("v2"));
            assertEquals(Set.of(), load.failures());
        }
    }

    @Test
    void aDeploymentWhoseServerIsKilledInTheMiddleIsBroughtToItsEnd() throws Exception {
        world.withService(Map.of()).deployed("v1");
        try (ServiceLoad load = new ServiceLoad(world.port())) {
            String id = world.push("v2", "well");
            ServiceWorld.await(
                    () -> world.quark().log(id).stream().anyMatch(line -> line.startsWith("Starting 1 inst")));
            world.kill();
            world.startAgain();
            ServiceWorld.completed(world.quark().awaitEnd(id));
            ServiceWorld.await(() -> load.versions().contains("v2"));
            assertEquals(Set.of(), load.failures());
            ServiceWorld.await(() -> world.pids().size() == 1);
        }
    }

    @Test
    void aRouterThatIsKilledIsMended() throws Exception {
        world.withService(Map.of()).deployed("v1");
        ProcessHandle router = world.router();
        router.destroyForcibly();
        router.onExit().join();
        ServiceWorld.await(() -> {
            try {
                return world.version().equals("v1");
            } catch (java.io.IOException e) {
                return false;
            }
        });
        world.deployed("v2");
        assertEquals("v2", world.version());
    }
}
