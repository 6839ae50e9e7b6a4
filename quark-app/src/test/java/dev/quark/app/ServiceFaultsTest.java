package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a new version is said with what to do about it, and the old one serves on as if nothing had been. */
@Timeout(180)
class ServiceFaultsTest {

    /** How long a version that doesn't work is waited for; it has to be up by then, to be seen what is wrong with it. */
    private static final int SECONDS = 6;

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

    /** Deploys a version that doesn't work after one that does; why it failed. */
    private String failure(String mode) throws Exception {
        world.withService(Map.of()).deployed("v1");
        List<Long> before = world.pids();
        world.impatient(SECONDS);
        try (ServiceLoad load = new ServiceLoad(world.port())) {
            JsonNode failed = world.deploy("v2", mode);
            assertEquals("failed", failed.path("status").asText(), failed::toString);
            // The old instance, and no other.
            ServiceWorld.await(() -> world.pids().equals(before));
            int answered = load.answered();
            ServiceWorld.await(() -> load.answered() > answered + 50);
            assertEquals(List.of("v1"), load.versions());
            assertEquals(Set.of(), load.failures());
            Path current = world.folder().resolve("data/apps/" + world.config() + "/current");
            assertEquals("v1", Files.readString(current.resolve("version")));
            return failed.path("error_message").asText();
        }
    }

    private static void assertSays(String said, String... words) {
        for (String word : words) {
            assertTrue(said.contains(word), () -> said + "\nlacks: " + word);
        }
    }

    @Test
    void anAppThatListensElsewhereIsToldWhere() throws Exception {
        assertSays(failure("elsewhere"), "instance 1 listens on port 3", "listen on the port in the variable PORT");
    }

    @Test
    void anAppThatIsNeverHealthyIsToldWhatItAnswers() throws Exception {
        assertSays(failure("unhealthy"), "did not become healthy in time", "answers GET / with 500", "health_check");
    }

    @Test
    void anAppThatEndsAtOnceIsShownWithItsLastWords() throws Exception {
        assertSays(failure("exits"), "ended before it was healthy: it ended with exit code 3", "foreground");
        String failed = world.quark().get("/deployments?limit=1").at("/0/id").asText();
        assertTrue(
                world.quark().output(failed).contains("no database"),
                world.quark().log(failed)::toString);
    }

    @Test
    void anAppThatIgnoresSigtermIsKilledAfterItsTime() throws Exception {
        world.withService(Map.of("stop_seconds", 1));
        ServiceWorld.completed(world.deploy("v1", "deaf"));
        ProcessHandle deaf = ProcessHandle.of(world.pids().getFirst()).orElseThrow();
        try (ServiceLoad load = new ServiceLoad(world.port())) {
            world.deployed("v2");
            ServiceWorld.await(() -> !deaf.isAlive());
            ServiceWorld.await(() -> world.pids().size() == 1);
            assertEquals(Set.of(), load.failures());
        }
        ServiceWorld.await(() -> world.serviceLog().contains("I stay"));
    }

    @Test
    void twoConfigsCannotAnswerForTheSameHostAndPath() throws Exception {
        world.withService(Map.of());
        HttpResponse<String> refused = world.quark()
                .send(
                        "POST",
                        "/deploy/configs",
                        Map.of(
                                "repo_full_name",
                                "octo/other",
                                "clone_url",
                                world.repository().url(),
                                "service",
                                ServiceWorld.service(Map.of())));
        assertEquals(409, refused.statusCode(), refused::body);
        assertSays(refused.body(), "app.test");
    }

    @Test
    void aServerWithoutARouterSaysHowToGetOne() throws Exception {
        world.kill();
        try (QuarkProcess quark = QuarkProcess.start(world.folder(), Map.of("PROXY_PORT", "0"))) {
            String config = quark.deploys(world.repository(), Map.of("service", ServiceWorld.service(Map.of())));
            HttpResponse<String> refused = quark.send("GET", "/deploy/configs/" + config + "/service", null);
            assertEquals(409, refused.statusCode());
            assertSays(refused.body(), "PROXY_PORT");
            String id = quark.push(world.repository(), world.repository().head())
                    .path("deployment_id")
                    .asText();
            assertSays(quark.awaitEnd(id).path("error_message").asText(), "PROXY_PORT");
        }
    }

    /** A small disk of its own takes the right to mount one, which not every machine gives. */
    @Test
    void aReleaseThatTheDiskHasNoRoomForFails() throws Exception {
        String apps = world.folder().resolve("data/apps").toString();
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "small", apps), "no small disk can be mounted");
        try {
            byte[] big = new byte[3 << 19];
            new Random(7).nextBytes(big);
            world.withService(Map.of()).deployed("v1");
            Files.write(world.repository().work().resolve("big.bin"), big);
            JsonNode failed = world.deploy("v2", "well");

            assertEquals("failed", failed.path("status").asText(), failed::toString);
            assertSays(failed.path("error_message").asText(), "the disk is full", "keep_releases");
            assertEquals("v1", world.version());
            Files.delete(world.repository().work().resolve("big.bin"));
            world.deployed("v3");
            assertEquals("v3", world.version());
        } finally {
            world.close();
            run("umount", "-l", apps);
        }
    }

    private static boolean run(String... command) throws Exception {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
