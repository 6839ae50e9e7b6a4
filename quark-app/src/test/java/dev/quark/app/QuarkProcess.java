package dev.quark.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quark.core.secret.Secret;
import dev.quark.core.webhook.WebhookSignature;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A real server in a process of its own, on a free port, with everything it keeps in one folder. */
final class QuarkProcess implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    static final String PASSWORD = "correct horse battery";
    static final Secret WEBHOOK_SECRET = Secret.of("It's a secret to everybody");
    private static final Pattern LISTENS = Pattern.compile("listens on http://[^:]+:(\\d+)");

    private final Process process;
    private final String url;
    private final HttpClient client = HttpClient.newHttpClient();
    private final String token;

    private QuarkProcess(Process process, int port) throws IOException, InterruptedException {
        this.process = process;
        this.url = "http://127.0.0.1:" + port;
        this.token = json(send("POST", "/auth/login", Map.of("username", "admin", "password", PASSWORD), ""))
                .path("access_token")
                .asText();
    }

    /** Starts a server; it answers when this returns. */
    static QuarkProcess start(Path folder) throws IOException, InterruptedException {
        return start(folder, Map.of());
    }

    static QuarkProcess start(Path folder, Map<String, String> more) throws IOException, InterruptedException {
        ProcessBuilder builder = command(folder, "serve");
        builder.environment().putAll(more);
        builder.redirectError(folder.resolve("stderr.log").toFile());
        Process process = builder.start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher listens = LISTENS.matcher(line);
            if (listens.find()) {
                return new QuarkProcess(process, Integer.parseInt(listens.group(1)));
            }
        }
        throw new IllegalStateException(
                "The server ended before it listened:\n" + Files.readString(folder.resolve("stderr.log")));
    }

    /** The command line of this build, to be run in a folder, with nothing but what a test sets in its environment. */
    static ProcessBuilder command(Path folder, String... arguments) {
        return command(folder, ServerClasses.OPTIONS, arguments);
    }

    /** @param options what java finds the classes by */
    static ProcessBuilder command(Path folder, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx192m",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.add(QuarkCommand.class.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(List.of("PATH", "HOME", "LANG", "TMPDIR"));
        environment.put("HOST", "127.0.0.1");
        environment.put("PORT", "0");
        environment.put("PASSWORD", PASSWORD);
        environment.put("WEBHOOK_SECRET", WEBHOOK_SECRET.reveal());
        environment.put("ALLOWED_CLONE_URLS", "file://" + folder);
        return builder;
    }

    /** SIGKILL: nothing is stored, closed or said any more. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM, and the wait for the end. */
    void terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("The server did not stop");
        }
    }

    /** Where it answers. */
    String url() {
        return url;
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return json(send("GET", path, null, token));
    }

    JsonNode post(String path, @Nullable Object body) throws IOException, InterruptedException {
        return json(send("POST", path, body, token));
    }

    /** Sends a request as admin. */
    HttpResponse<String> send(String method, String path, @Nullable Object body)
            throws IOException, InterruptedException {
        return send(method, path, body, token);
    }

    HttpResponse<String> send(String method, String path, @Nullable Object body, String bearer)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .header("Content-Type", "application/json");
        if (!bearer.isEmpty()) {
            request.header("Authorization", "Bearer " + bearer);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Posts a push, signed as GitHub signs; the answer is a 2xx. */
    JsonNode push(String repository, String branch, String sha, String delivery)
            throws IOException, InterruptedException {
        byte[] body = JSON.writeValueAsBytes(Map.of(
                "ref", "refs/heads/" + branch,
                "deleted", false,
                "repository", Map.of("full_name", repository),
                "pusher", Map.of("name", "mona"),
                "head_commit", Map.of("id", sha, "message", "A change", "author", Map.of("name", "Mona")),
                "commits", List.of()));
        return json(deliver(body, "push", delivery));
    }

    /** Posts a body, signed as GitHub signs. */
    HttpResponse<String> deliver(byte[] body, String event, String delivery) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(url + "/api/webhook"))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .header("Content-Type", "application/json")
                        .header("X-GitHub-Event", event)
                        .header("X-GitHub-Delivery", delivery)
                        .header("X-Hub-Signature-256", new WebhookSignature(WEBHOOK_SECRET).of(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    JsonNode push(GitFixture repository, String sha) throws IOException, InterruptedException {
        return push(repository.name(), "main", sha, UUID.randomUUID().toString());
    }

    /** Makes a config that deploys a repository's pushes; its id. */
    String deploys(GitFixture repository, Map<String, Object> more) throws IOException, InterruptedException {
        Map<String, Object> config = new java.util.HashMap<>(more);
        config.put("repo_full_name", repository.name());
        config.put("clone_url", repository.url());
        config.put("auto_deploy", true);
        return post("/deploy/configs", config).path("id").asText();
    }

    /** Follows a deployment to its end, as curl would, and gives it as it is then. */
    JsonNode awaitEnd(String deployment) throws IOException, InterruptedException {
        send("GET", "/deployments/" + deployment + "/logs/stream", null, token);
        return get("/deployments/" + deployment);
    }

    /** What the command printed, without QUARK's own lines. */
    List<String> output(String deployment) throws IOException, InterruptedException {
        return lines(deployment).stream()
                .filter(line -> !line.path("stream").asText().equals("system"))
                .map(line -> line.path("text").asText())
                .toList();
    }

    /** All lines. */
    List<String> log(String deployment) throws IOException, InterruptedException {
        return lines(deployment).stream()
                .map(line -> line.path("text").asText())
                .toList();
    }

    private List<JsonNode> lines(String deployment) throws IOException, InterruptedException {
        List<JsonNode> lines = new ArrayList<>();
        long after = 0;
        while (true) {
            JsonNode page = get("/deployments/" + deployment + "/logs?limit=10000&after=" + after)
                    .path("lines");
            if (page.isEmpty()) {
                return lines;
            }
            for (JsonNode line : page) {
                if (line.path("seq").asLong() != ++after) {
                    throw new AssertionError("line " + line.path("seq") + " follows line " + (after - 1));
                }
                lines.add(line);
            }
        }
    }

    private JsonNode json(HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() / 100 != 2) {
            throw new IllegalStateException(answer.request().method() + " " + answer.uri() + " was answered "
                    + answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    @Override
    public void close() throws InterruptedException {
        kill();
        client.close();
    }
}
