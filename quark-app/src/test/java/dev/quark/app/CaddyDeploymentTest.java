package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.testing.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
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

/** A real app is deployed as a service behind a real Caddy, while its users never pause. */
@Timeout(180)
class CaddyDeploymentTest {

    private static final Path PROGRAM = Path.of("/usr/bin/caddy");

    @TempDir
    private Path temporary;

    private final int adminPort = FreePorts.next();
    private final int port = FreePorts.next();
    private Process caddy;
    private ServiceWorld world;

    @BeforeEach
    void start() throws Exception {
        boolean installed = Files.isExecutable(PROGRAM);
        assertFalse(!installed && "true".equals(System.getenv("CI")), "caddy must be installed in CI");
        assumeTrue(installed, PROGRAM + " is not installed (apt-get install caddy): the adapter for it is not tested");
        caddy = startCaddy();
        world = new ServiceWorld(
                Files.createDirectory(temporary.toRealPath().resolve("quark")),
                Map.of("CADDY_ADMIN_URL", "http://127.0.0.1:" + adminPort, "CADDY_LISTEN", "127.0.0.1:" + port));
    }

    private Process startCaddy() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("caddy"));
        Path config = Files.writeString(
                folder.resolve("caddy.json"),
                "{\"admin\": {\"listen\": \"127.0.0.1:" + adminPort + "\"}, \"apps\": {\"http\": {\"http_port\": "
                        + port + "}}}");
        ProcessBuilder builder = new ProcessBuilder(PROGRAM.toString(), "run", "--config", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        List.of("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
                .forEach(name -> builder.environment().put(name, folder.toString()));
        Process started = builder.start();
        ServiceWorld.await(this::isAnswering);
        return started;
    }

    private boolean isAnswering() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), adminPort)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (world != null) {
            world.close();
        }
        if (caddy != null) {
            caddy.destroyForcibly().waitFor();
        }
    }

    @Test
    void newVersionsTakeOverWithoutAFailedRequest() throws Exception {
        world.withService(Map.of()).deployed("v1");
        JsonNode last;
        try (ServiceLoad load = new ServiceLoad(port)) {
            ServiceWorld.await(() -> load.answered() > 50);
            world.deployed("v2");
            CompletableFuture<ServiceLoad.Answer> held = world.hold();
            last = world.deployed("v3");
            int before = load.answered();
            ServiceWorld.await(() -> load.answered() > before + 50);
            Files.createFile(world.held());
            assertEquals(200, held.get(60, TimeUnit.SECONDS).status());
            assertEquals(Set.of(), load.failures());
            assertEquals(List.of("v1", "v2", "v3"), load.versions());
        }
        JsonNode cutover = world.cutover(last);
        assertEquals(0, cutover.path("failed").asInt(), cutover::toString);
        assertTrue(cutover.path("requests").asInt() > 0, cutover::toString);
    }

    @Test
    void aWebSocketOfTheOldVersionIsToldToComeBack() throws Exception {
        world.withService(Map.of("hosts", List.of("*"), "drain_seconds", 1)).deployed("v1");
        try (HttpClient client = HttpClient.newHttpClient()) {
            CompletableFuture<Integer> closed = ServiceWorld.webSocket(client, port);
            world.deployed("v2");
            assertEquals(1012, closed.get(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void withoutCaddyADeploymentFailsAndSaysWhatToDo() throws Exception {
        world.withService(Map.of()).deployed("v1");
        caddy.destroyForcibly().waitFor();

        JsonNode failed = world.deploy("v2", "well");

        assertEquals("failed", failed.path("status").asText(), failed::toString);
        assertTrue(failed.path("error_message").asText().contains("CADDY_ADMIN_URL"), failed::toString);
        // The router still has the old release: it is what Caddy's return brings back.
        assertEquals("v1", world.version());
    }
}
