package dev.quark.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quark.core.secret.Secret;
import dev.quark.core.webhook.WebhookSignature;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Talks to the demo's server as its users and GitHub do. */
final class DemoClient implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    private final int port;
    private final Secret webhookSecret;
    private final HttpClient client = HttpClient.newHttpClient();
    private String token = "";

    DemoClient(int port, Secret webhookSecret) {
        this.port = port;
        this.webhookSecret = webhookSecret;
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    void signIn(Secret password) throws IOException, InterruptedException {
        token = send("POST", "/auth/login", Map.of("username", "admin", "password", password.reveal()))
                .path("access_token")
                .asText();
    }

    /** Sends a request that is to be answered 2xx; the answer. */
    JsonNode send(String method, String path, @Nullable Map<String, Object> body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(path)))
                .timeout(Duration.ofMinutes(1))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(
                    method + " " + path + " was answered " + answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    /** Posts the push of a repository's newest commit, signed as GitHub does; its answer. */
    HttpResponse<String> push(String name, DemoRepository repository) throws IOException, InterruptedException {
        byte[] body = JSON.writeValueAsBytes(payload(name, repository));
        return client.send(
                HttpRequest.newBuilder(URI.create(url("/api/webhook")))
                        .header("Content-Type", "application/json")
                        .header("X-GitHub-Event", "push")
                        .header("X-GitHub-Delivery", UUID.randomUUID().toString())
                        .header("X-Hub-Signature-256", new WebhookSignature(webhookSecret).of(body))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The deployment that an answer to a push names. */
    static String deployment(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body()).path("deployment_id").asText();
    }

    private static ObjectNode payload(String name, DemoRepository repository) {
        ObjectNode push = JSON.createObjectNode();
        push.put("ref", "refs/heads/main").put("before", "0".repeat(40)).put("after", repository.head());
        push.put("created", false).put("deleted", false).put("forced", false);
        push.putObject("repository").put("full_name", name);
        push.putObject("pusher").put("name", "mona");
        ObjectNode commit = push.putObject("head_commit");
        commit.put("id", repository.head()).put("message", repository.message());
        commit.putObject("author").put("name", DemoRepository.AUTHOR);
        commit.putArray("added").add("deploy.sh");
        commit.putArray("modified");
        commit.putArray("removed");
        push.putArray("commits").add(commit.deepCopy());
        return push;
    }

    /** Follows a deployment to its end; it as it is then. */
    JsonNode awaitEnd(String deployment) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url("/deployments/" + deployment + "/logs/stream")))
                .header("Authorization", "Bearer " + token)
                .build();
        client.send(request, HttpResponse.BodyHandlers.discarding());
        return send("GET", "/deployments/" + deployment, null);
    }

    /** Watches a deployment's log. */
    void watch(String path, WebSocket.Listener listener) {
        client.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + path + "?token=" + token), listener)
                .join();
    }

    @Override
    public void close() {
        client.close();
    }
}
