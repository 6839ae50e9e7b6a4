package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.webhook.WebhookSignature;
import dev.quark.github.GitHubExamples;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever GitHub may send is taken: a hook that fails is a hook that GitHub switches off. */
class GitHubEventsTest {

    @TempDir
    private Path folder;

    @Test
    void everyKindOfEventThatGitHubPublishesIsTaken() throws Exception {
        WebhookSignature signature = new WebhookSignature(QuarkProcess.WEBHOOK_SECRET);
        try (QuarkProcess quark = QuarkProcess.start(folder);
                HttpClient client = HttpClient.newHttpClient()) {
            for (GitHubExamples.Event event : GitHubExamples.events()) {
                byte[] body = QuarkProcess.JSON.writeValueAsBytes(event.payload());
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create(quark.url() + "/api/webhook"))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .header("Content-Type", "application/json")
                                .header("X-GitHub-Event", event.name())
                                .header("X-GitHub-Delivery", UUID.randomUUID().toString())
                                .header("X-Hub-Signature-256", signature.of(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertTrue(
                        answer.statusCode() / 100 == 2,
                        () -> event.name() + ": " + answer.statusCode() + answer.body());
            }
            assertTrue(quark.get("/api/webhooks/deliveries?limit=100").size() > 50);
        }
    }
}
