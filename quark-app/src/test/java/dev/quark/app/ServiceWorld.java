package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.testing.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;

/** A real server that runs a real app behind its real router, and a repository to push the app's versions to. */
final class ServiceWorld implements AutoCloseable {

    private final Path folder;
    private final GitFixture repository;
    private final int proxyPort = FreePorts.next();
    private final Map<String, String> settings;
    private QuarkProcess quark;
    private String config = "";

    ServiceWorld(Path folder) throws Exception {
        this(folder, Map.of());
    }

    /** @param settings more of the server's settings */
    ServiceWorld(Path folder, Map<String, String> settings) throws Exception {
        requireNode();
        this.folder = folder;
        this.settings = settings;
        this.repository = GitFixture.create(folder, "echo \"deploying $(cat version)\"\n");
        try (InputStream app = Objects.requireNonNull(ServiceWorld.class.getResourceAsStream("/services/app.mjs"))) {
            repository.write("app.mjs", new String(app.readAllBytes(), StandardCharsets.UTF_8));
        }
        this.quark = start();
    }

    /** The app is run by node; where it is missing these tests are skipped, but not where everything has to be tested. */
    private static void requireNode() throws InterruptedException {
        try {
            new ProcessBuilder("node", "--version")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            assertFalse("true".equals(System.getenv("CI")), "node is not installed");
            assumeTrue(false, "node is not installed");
        }
    }

    private QuarkProcess start() throws Exception {
        Map<String, String> all = new HashMap<>(settings);
        all.put("PROXY_PORT", String.valueOf(proxyPort));
        return QuarkProcess.start(folder, all);
    }

    /** SIGKILL, as if somebody pulled the plug of this process alone. */
    void kill() throws InterruptedException {
        quark.kill();
    }

    /** Starts the server again after a {@link #kill}. */
    void startAgain() throws Exception {
        quark.close();
        quark = start();
    }

    QuarkProcess quark() {
        return quark;
    }

    GitFixture repository() {
        return repository;
    }

    Path folder() {
        return folder;
    }

    String config() {
        return config;
    }

    int port() {
        return proxyPort;
    }

    /** The app answers {@code /held} once this file is there. */
    Path held() {
        return folder.resolve("release-held");
    }

    /** Makes the config of the app. */
    ServiceWorld withService(Map<String, Object> more) throws Exception {
        Map<String, Object> variables = Map.of("RELEASE_HELD", held().toString());
        config = quark.deploys(repository, Map.of("service", service(more), "environment_variables", variables));
        return this;
    }

    static Map<String, Object> service(Map<String, Object> more) {
        Map<String, Object> service = new HashMap<>(Map.of(
                "start_command",
                "exec node app.mjs",
                "hosts",
                List.of("app.test"),
                "health_check",
                Map.of("path", "/", "interval_ms", 50, "timeout_seconds", 60)));
        service.putAll(more);
        return service;
    }

    /** Has instances be healthy within some seconds from now on, and stopped within one. */
    ServiceWorld impatient(int seconds) throws Exception {
        Map<String, Object> check = Map.of("path", "/", "interval_ms", 50, "timeout_seconds", seconds);
        Map<String, Object> service = service(Map.of("health_check", check, "stop_seconds", 1));
        HttpResponse<String> changed = quark.send("PATCH", "/deploy/configs/" + config, Map.of("service", service));
        assertEquals(200, changed.statusCode(), changed::body);
        return this;
    }

    /** Pushes a version of the app and waits for its deployment's end. */
    JsonNode deploy(String version, String mode) throws Exception {
        return quark.awaitEnd(push(version, mode));
    }

    /** Pushes a version of the app; the deployment's id. */
    String push(String version, String mode) throws Exception {
        repository.write("version", version);
        repository.write("mode", mode);
        repository.commitAll("Release " + version, "main");
        return quark.push(repository, repository.head()).path("deployment_id").asText();
    }

    /** The same, where it is to work. */
    JsonNode deployed(String version) throws Exception {
        return completed(deploy(version, "well"));
    }

    static JsonNode completed(JsonNode deployment) {
        assertEquals("completed", deployment.path("status").asText(), deployment::toString);
        return deployment;
    }

    JsonNode completedBy(JsonNode queued) throws Exception {
        return completed(quark.awaitEnd(queued.path("deployment_id").asText()));
    }

    JsonNode service() throws Exception {
        return quark.get("/deploy/configs/" + config + "/service");
    }

    /** What the app printed, and what QUARK noted beside it. */
    String serviceLog() throws Exception {
        return quark.get("/deploy/configs/" + config + "/service/logs")
                .path("logs")
                .toString();
    }

    List<Long> pids() throws Exception {
        return StreamSupport.stream(service().path("instances").spliterator(), false)
                .map(instance -> instance.path("pid").asLong())
                .toList();
    }

    ServiceLoad.Answer get(String path) throws IOException {
        return ServiceLoad.get(proxyPort, path);
    }

    /** A request that the app answers when it is {@linkplain #held told to}; it has arrived there. */
    CompletableFuture<ServiceLoad.Answer> hold() {
        CompletableFuture<ServiceLoad.Answer> answer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(get("/held"));
            } catch (IOException e) {
                answer.completeExceptionally(e);
            }
        });
        await(() -> serviceLog().contains("holding"));
        return answer;
    }

    /** Opens a WebSocket to the app, which has the host {@code *}; the code with which it is closed. */
    CompletableFuture<Integer> webSocket(HttpClient client) throws Exception {
        return webSocket(client, proxyPort);
    }

    /** The same by another way than the router. */
    static CompletableFuture<Integer> webSocket(HttpClient client, int port) throws Exception {
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        client.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                        closed.complete(code);
                        return CompletableFuture.completedStage(null);
                    }

                    @Override
                    public void onError(WebSocket socket, Throwable error) {
                        closed.completeExceptionally(error);
                    }
                })
                .get(60, TimeUnit.SECONDS);
        return closed;
    }

    /** What answers now. */
    String version() throws IOException {
        ServiceLoad.Answer answer = get("/");
        return answer.status() == 200 ? answer.body().split(" ", 2)[0] : String.valueOf(answer.status());
    }

    /** Waits until a deployment's switch is measured; what it cost. */
    JsonNode cutover(JsonNode deployment) throws Exception {
        String path = "/deployments/" + deployment.path("id").asText();
        await(() -> quark.get(path).path("cutover").isObject());
        return quark.get(path).path("cutover");
    }

    static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }

    /** Ends the server, and whatever of it was to go on without it: all that works in the folder. */
    @Override
    public void close() throws InterruptedException {
        quark.close();
        // The script before the router, which it would start again.
        while (true) {
            List<ProcessHandle> left =
                    ProcessHandle.allProcesses().filter(this::worksHere).toList();
            if (left.isEmpty()) {
                return;
            }
            left.forEach(ProcessHandle::destroyForcibly);
            Thread.sleep(10);
        }
    }

    /** The router's process, which a script starts again. */
    ProcessHandle router() {
        return ProcessHandle.allProcesses()
                .filter(process -> worksHere(process)
                        && process.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow();
    }

    private boolean worksHere(ProcessHandle process) {
        try {
            Path working = Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"));
            return process.isAlive() && working.startsWith(folder) && !working.equals(folder);
        } catch (IOException e) {
            return false;
        }
    }
}
