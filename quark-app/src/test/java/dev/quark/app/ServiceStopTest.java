package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real app is stopped while its users have requests under way. */
@Timeout(180)
class ServiceStopTest {

    private static final Map<String, Object> PATIENT = Map.of("drain_seconds", 150);

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

    private String stopService() throws Exception {
        return world.quark()
                .post("/deploy/configs/" + world.config() + "/service/stop", null)
                .path("status")
                .asText();
    }

    private void assertIsFinished(CompletableFuture<ServiceLoad.Answer> held) throws Exception {
        Files.createFile(world.held());
        assertTrue(held.get(60, TimeUnit.SECONDS).body().startsWith("v1 "), held.get()::toString);
    }

    @Test
    void aRequestUnderWayIsFinishedAndTheAppOfAKilledServerStopsToo() throws Exception {
        world.withService(PATIENT).deployed("v1");
        long app = world.pids().getFirst();
        CompletableFuture<ServiceLoad.Answer> held = world.hold();

        assertEquals("stopping", stopService());
        assertEquals(503, world.get("/").status());
        world.kill();
        world.startAgain();
        assertEquals(List.of(app), world.pids());
        assertIsFinished(held);

        ServiceWorld.await(() -> world.service().path("status").asText().equals("stopped"));
        assertTrue(ProcessHandle.of(app).isEmpty());
        assertEquals(503, world.get("/").status());
    }

    @Test
    void aWebSocketIsToldToComeBackWhenTheTimeToDrainIsOver() throws Exception {
        world.withService(Map.of("hosts", List.of("*"), "drain_seconds", 1)).deployed("v1");
        try (HttpClient client = HttpClient.newHttpClient()) {
            CompletableFuture<Integer> closed = world.webSocket(client);
            stopService();
            assertEquals(1012, closed.get(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void aRequestUnderWayIsFinishedThoughTheConfigIsGone() throws Exception {
        world.withService(PATIENT).deployed("v1");
        long app = world.pids().getFirst();
        Path folder = world.folder().resolve("data/apps/" + world.config());
        CompletableFuture<ServiceLoad.Answer> held = world.hold();

        assertEquals(
                204,
                world.quark()
                        .send("DELETE", "/deploy/configs/" + world.config(), null)
                        .statusCode());
        ServiceWorld.await(() -> world.get("/").status() == 404);
        assertTrue(Files.exists(folder.resolve("current")));
        assertIsFinished(held);

        ServiceWorld.await(() -> ProcessHandle.of(app).isEmpty());
        ServiceWorld.await(() -> !Files.exists(folder.resolve("releases")));
        assertFalse(world.quark().get("/deploy/configs").toString().contains(world.config()));
    }
}
