package dev.quark.runner.router;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quark.core.testing.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Debian's Caddy on free ports of loopback, with its files in a folder of the test's. */
final class CaddyUnderTest implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/bin/caddy");
    final int httpPort = FreePorts.next();
    final int httpsPort = FreePorts.next();
    private final int adminPort = FreePorts.next();
    private final Path folder;
    private Process process;

    /** Starts it with no site. */
    CaddyUnderTest(Path folder) throws IOException {
        boolean installed = Files.isExecutable(PROGRAM);
        assertFalse(!installed && "true".equals(System.getenv("CI")), "caddy must be installed in CI");
        assumeTrue(installed, PROGRAM + " is not installed (apt-get install caddy): the adapter for it is not tested");
        this.folder = Files.createDirectories(folder);
        this.process = start();
    }

    private Process start() throws IOException {
        Path file = Files.writeString(folder.resolve("caddy.json"), config("{}"));
        ProcessBuilder builder = new ProcessBuilder(PROGRAM.toString(), "run", "--config", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("XDG_CONFIG_HOME", folder.toString());
        builder.environment().put("XDG_DATA_HOME", folder.toString());
        Process started = builder.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            assertFalse(!started.isAlive(), () -> "caddy ended; see " + folder.resolve("log"));
            return isAnswering();
        });
        return started;
    }

    private boolean isAnswering() {
        try {
            ask("GET", "/config/", null);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A configuration with these servers. Its own certificates go nowhere but into its folder. */
    private String config(String servers) {
        return """
                {"admin": {"listen": "127.0.0.1:%d"}, "apps": {
                  "pki": {"certificate_authorities": {"local": {"install_trust": false}}},
                  "http": {"http_port": %d, "https_port": %d, "servers": %s}}}
                """.formatted(adminPort, httpPort, httpsPort, servers);
    }

    /** Gives it another configuration, as its owner would. */
    void load(String servers) throws IOException {
        ask("POST", "/load", config(servers));
    }

    URI admin() {
        return URI.create("http://127.0.0.1:" + adminPort);
    }

    /** The certificate that signs those it makes for hosts that no authority knows. */
    Path authority() {
        return folder.resolve("caddy/pki/authorities/local/root.crt");
    }

    /** A part of its configuration. */
    String servers() throws IOException {
        return ask("GET", "/config/apps/http/servers", null);
    }

    private String ask(String method, String path, @Nullable String body) throws IOException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(admin().resolve(path))
                            .header("Content-Type", "application/json")
                            .method(
                                    method,
                                    body == null
                                            ? HttpRequest.BodyPublishers.noBody()
                                            : HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(200, response.statusCode(), response::body);
            return response.body().strip();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends it; it forgets what it was told. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void startAgain() throws IOException {
        process = start();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
