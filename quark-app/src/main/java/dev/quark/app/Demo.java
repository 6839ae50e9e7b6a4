package dev.quark.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quark.core.secret.Secret;
import dev.quark.core.webhook.WebhookSignature;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The whole way of a push, on this machine alone: a repository made on the spot, the real server on a free port with a
 * temporary folder, a really signed webhook, and the log as a WebSocket client sees it.
 */
final class Demo implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REPOSITORY = "demo/hello";

    private final PrintWriter out;
    private final DemoFolder folder;
    private final DemoRepository repository;
    private final Secret password = Secret.of(UUID.randomUUID().toString());
    private final Secret webhookSecret = Secret.of(UUID.randomUUID().toString());
    private final Application application;
    private final HttpClient client = HttpClient.newHttpClient();

    private Demo(PrintWriter out, DemoFolder folder, DemoRepository repository) {
        this.out = out;
        this.folder = folder;
        this.repository = repository;
        this.application = Application.start(settings());
    }

    static Demo prepare(PrintWriter out) throws IOException {
        out.println();
        out.println("QUARK demo: a git push becomes a running deployment. No GitHub, no network, no settings.");
        out.println();
        DemoFolder folder = DemoFolder.create();
        DemoRepository repository = DemoRepository.create(folder.path().resolve("hello.git"));
        step(out, 1, "Made a repository with a deploy.sh", repository.folder().toString());
        Demo demo = new Demo(out, folder, repository);
        step(out, 2, "Started the server", demo.url(""));
        return demo;
    }

    /** Deploys one push; whether it was completed. */
    boolean run() throws IOException, InterruptedException {
        String token = post("/auth/login", "", Map.of("username", "admin", "password", password.reveal()))
                .path("access_token")
                .asText();
        JsonNode config = post(
                "/deploy/configs",
                token,
                Map.of(
                        "repo_full_name",
                        REPOSITORY,
                        "clone_url",
                        repository.folder().toUri().toString().replaceFirst("^file:/+", "file:///"),
                        "branch",
                        "main",
                        "auto_deploy",
                        true,
                        "deploy_command",
                        "./deploy.sh",
                        "environment_variables",
                        Map.of("GREETING", "Hello", "API_TOKEN", "swordfish-" + UUID.randomUUID())));
        step(out, 3, "Said what to deploy", "POST /deploy/configs");
        String deployment = push();
        boolean completed = watch(deployment, token);
        sayWhereToLook(config.path("id").asText());
        return completed;
    }

    void sayHowToLookAround() {
        out.println(
                "The server stays up until you press Ctrl-C. Sign in as admin with the password " + password.reveal());
        out.println();
        out.println("  curl -s " + url("/auth/login") + " -H 'Content-Type: application/json' \\");
        out.println("       -d '{\"username\":\"admin\",\"password\":\"" + password.reveal() + "\"}'");
        out.println("  xdg-open " + url("/docs"));
        out.flush();
    }

    @Override
    public void close() {
        application.close();
        client.close();
        folder.close();
    }

    private Settings settings() {
        return Settings.read(
                Map.of(
                        "DATABASE_URL",
                        "sqlite:///" + folder.path().resolve("app.db"),
                        "DATA_DIR",
                        folder.path().resolve("data").toString(),
                        "HOST",
                        "127.0.0.1",
                        "PORT",
                        "0",
                        "PASSWORD",
                        password.reveal(),
                        "WEBHOOK_SECRET",
                        webhookSecret.reveal(),
                        "ALLOWED_CLONE_URLS",
                        "file://" + folder.path()),
                folder.path());
    }

    private String push() throws IOException, InterruptedException {
        byte[] body = JSON.writeValueAsBytes(pushPayload());
        long begin = System.nanoTime();
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(url("/api/webhook")))
                        .header("Content-Type", "application/json")
                        .header("X-GitHub-Event", "push")
                        .header("X-GitHub-Delivery", UUID.randomUUID().toString())
                        .header("X-Hub-Signature-256", new WebhookSignature(webhookSecret).of(body))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        long millis = (System.nanoTime() - begin) / 1_000_000;
        step(
                out,
                4,
                "Posted the push, signed as GitHub does",
                "POST /api/webhook: " + answer.statusCode() + " after " + millis + " ms");
        return JSON.readTree(answer.body()).path("deployment_id").asText();
    }

    private ObjectNode pushPayload() {
        ObjectNode push = JSON.createObjectNode();
        push.put("ref", "refs/heads/main").put("before", "0".repeat(40)).put("after", repository.head());
        push.put("created", false).put("deleted", false).put("forced", false);
        push.putObject("repository").put("full_name", REPOSITORY);
        push.putObject("pusher").put("name", "mona");
        ObjectNode commit = push.putObject("head_commit");
        commit.put("id", repository.head()).put("message", DemoRepository.MESSAGE);
        commit.putObject("author").put("name", DemoRepository.AUTHOR);
        commit.putArray("added").add("deploy.sh");
        commit.putArray("modified");
        commit.putArray("removed");
        push.putArray("commits").add(commit.deepCopy());
        return push;
    }

    private boolean watch(String deployment, String token) {
        String path = "/deployments/" + deployment + "/logs";
        step(out, 5, "Watching it live", "ws://127.0.0.1:" + application.port() + path);
        out.println();
        Watcher watcher = new Watcher();
        client.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + application.port() + path + "?token=" + token), watcher)
                .join();
        String status = watcher.ended.join();
        out.println();
        return status.equals("completed");
    }

    private void sayWhereToLook(String config) throws IOException {
        Path current = folder.path().resolve("data/apps/" + config + "/current");
        out.println("The release went live: " + current + " -> " + Files.readSymbolicLink(current));
        out.println(
                "The token was masked before the log was stored or sent. The demo removes its folder when it ends.");
        out.println();
        out.println("Where to look next");
        out.println("  ./quark demo --keep       the same, and the server stays up: API at /docs, try it with curl");
        out.println("  ./quark serve             your own server on port 8000");
        out.println("  README.md                 a first deployment of your own, by curl");
        out.println("  docs/getting-started.md   a GitHub repository, step by step");
        out.println();
        out.flush();
    }

    private JsonNode post(String path, String token, Map<String, Object> body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(path)))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(
                    "POST " + path + " was answered " + answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    private String url(String path) {
        return "http://127.0.0.1:" + application.port() + path;
    }

    private static void step(PrintWriter out, int number, String what, String where) {
        out.printf("  %d  %-40s %s%n", number, what, where);
        out.flush();
    }

    /** Prints what the WebSocket sends, as it comes. */
    private final class Watcher implements WebSocket.Listener {

        private final CompletableFuture<String> ended = new CompletableFuture<>();
        private final StringBuilder message = new StringBuilder();
        private String status = "";

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                show(message.toString());
                message.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        private void show(String text) {
            try {
                JsonNode frame = JSON.readTree(text);
                if (frame.path("type").asText().equals("log")) {
                    out.printf(
                            "     %-7s| %s%n",
                            frame.path("stream").asText(), frame.path("data").asText());
                } else {
                    status = frame.path("status").asText();
                    out.println("     ------- " + status);
                }
                out.flush();
            } catch (IOException e) {
                ended.completeExceptionally(e);
            }
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            ended.complete(status);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            ended.completeExceptionally(error);
        }
    }
}
