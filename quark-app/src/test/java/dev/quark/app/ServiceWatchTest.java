package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A new version is watched before its deployment is completed, and goes back by itself. */
@Timeout(300)
class ServiceWatchTest {

    /** Longer than any test waits: only what is to end the watch ends it. */
    private static final int LONG = 600;

    @TempDir
    private Path temporary;

    private ServiceWorld world;
    private JsonNode first;

    @BeforeEach
    void deployOnce() throws Exception {
        world = new ServiceWorld(temporary.toRealPath());
        first = world.withService(Map.of()).deployed("v1");
    }

    @AfterEach
    void stop() throws Exception {
        world.close();
    }

    private String pushWatched(int seconds) throws Exception {
        Map<String, Object> check = Map.of("path", "/health", "interval_ms", 50, "timeout_seconds", 60);
        Map<String, Object> service = ServiceWorld.service(Map.of("health_check", check, "watch_seconds", seconds));
        HttpResponse<String> changed =
                world.quark().send("PATCH", "/deploy/configs/" + world.config(), Map.of("service", service));
        assertEquals(200, changed.statusCode(), changed::body);
        String deployment = world.push("v2", "breaks");
        ServiceWorld.await(() -> world.version().equals("v2"));
        return deployment;
    }

    private void awaitWatching(String deployment) {
        ServiceWorld.await(() -> world.quark()
                .get("/deployments/" + deployment)
                .path("phase")
                .asText()
                .equals("watching"));
    }

    private void assertWentBack(String deployment, String why) throws Exception {
        JsonNode ended = world.quark().awaitEnd(deployment);
        assertEquals("failed", ended.path("status").asText(), ended::toString);
        assertTrue(ended.path("error_message").asText().contains(why), ended::toString);
        assertEquals("v1", world.version());
        JsonNode service = world.service();
        assertEquals(first.path("id"), service.path("release"), service::toString);
        ServiceWorld.await(() -> world.pids().size() == 1);
    }

    @Test
    void oneThatAnswersWithErrorsGoesBack() throws Exception {
        String deployment = pushWatched(LONG);
        awaitWatching(deployment);
        Files.createFile(world.held());
        for (int i = 0; i < 40; i++) {
            world.get("/");
        }
        assertWentBack(deployment, "requests failed within watch_seconds");
    }

    @Test
    void oneThatCrashesGoesBack() throws Exception {
        String deployment = pushWatched(LONG);
        awaitWatching(deployment);
        world.get("/crash");
        assertWentBack(deployment, "an instance crashed within watch_seconds");
    }

    @Test
    void whatItAnsweredWhileTheServerWasAwayCounts() throws Exception {
        String deployment = pushWatched(LONG);
        awaitWatching(deployment);
        world.kill();
        Files.createFile(world.held());
        for (int i = 0; i < 40; i++) {
            assertEquals(500, world.get("/").status());
        }
        world.startAgain();
        assertWentBack(deployment, "requests failed within watch_seconds");
    }

    @Test
    void aWatchThatWentOnWhileTheServerWasAwayIsBroughtToItsEnd() throws Exception {
        String deployment = pushWatched(10);
        world.kill();
        world.startAgain();
        ServiceWorld.completed(world.quark().awaitEnd(deployment));
        assertEquals("v2", world.version());
    }
}
