package dev.quark.github;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.RepositoryName;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What the stand-in's hooks are called with. */
final class StandInDeliveries {

    private final StandInModel model;

    StandInDeliveries(StandInModel model) {
        this.model = model;
    }

    List<Integer> push(RepositoryName repository, BranchName branch, String delivery) throws Exception {
        byte[] payload = GitHubExamples.JSON.writeValueAsBytes(payload(model.repository(repository), branch));
        List<Integer> statuses = new ArrayList<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (ObjectNode hook : model.repository(repository).hooks().values()) {
                if (hook.get("active").asBoolean()
                        && hook.get("events").toString().contains("\"push\"")) {
                    statuses.add(client.send(request(hook, payload, delivery), HttpResponse.BodyHandlers.discarding())
                            .statusCode());
                }
            }
        }
        return statuses;
    }

    private static HttpRequest request(ObjectNode hook, byte[] payload, String delivery) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        String secret = hook.get("config").path("secret").asText("");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HttpRequest.newBuilder(URI.create(hook.get("config").get("url").asText()))
                .header("Content-Type", "application/json")
                .header("User-Agent", "GitHub-Hookshot/0000000")
                .header("X-GitHub-Event", "push")
                .header("X-GitHub-Delivery", delivery)
                .header("X-GitHub-Hook-ID", hook.get("id").asText())
                .header("X-Hub-Signature-256", "sha256=" + HexFormat.of().formatHex(mac.doFinal(payload)))
                .POST(HttpRequest.BodyPublishers.ofByteArray(payload))
                .build();
    }

    private ObjectNode payload(StandInModel.Repository repository, BranchName branch) throws Exception {
        ObjectNode payload = (ObjectNode) GitHubExamples.events().stream()
                .filter(event -> event.name().equals("push"))
                .findFirst()
                .orElseThrow()
                .payload();
        String[] head = model.git
                .run(repository.bare(), "log", "-1", "--format=%H%x1f%B%x1f%an", branch.ref())
                .split("\u001f", -1);
        payload.put("ref", branch.ref()).put("after", head[0]).put("created", false);
        ((ObjectNode) payload.get("repository"))
                .put("id", repository.id())
                .put("full_name", repository.name().value())
                .put("private", repository.isPrivate());
        ObjectNode commit = payload.putObject("head_commit").put("id", head[0]).put("message", head[1].strip());
        commit.putObject("author").put("name", head[2]);
        return payload;
    }
}
