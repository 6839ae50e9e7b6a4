package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentQueue;
import dev.quark.core.deployment.DeploymentState.Pending;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.result.Result;
import dev.quark.core.result.ResultStore;
import dev.quark.core.source.Commit;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** How the API spells a deployment. */
final class DeploymentJson {

    private final DeploymentQueue queue;
    private final ResultStore results;

    DeploymentJson(DeploymentQueue queue, ResultStore results) {
        this.queue = queue;
        this.results = results;
    }

    /** As it stands in a list. */
    void write(JsonGenerator json, Deployment deployment) throws IOException {
        json.writeStartObject();
        members(json, deployment);
        json.writeEndObject();
    }

    /** With what GitHub was told about it. */
    void writeWhole(JsonGenerator json, Deployment deployment) throws IOException {
        json.writeStartObject();
        members(json, deployment);
        GitHubJson.write(json, deployment, results.find(deployment.id()).orElseGet(() -> Result.none(deployment.id())));
        json.writeEndObject();
    }

    private void members(JsonGenerator json, Deployment deployment) throws IOException {
        Commit commit = deployment.commit();
        Duration duration = deployment.duration();
        boolean pending = deployment.status() == DeploymentStatus.PENDING;
        Json.text(json, "id", deployment.id());
        Json.text(json, "config_id", deployment.config());
        Json.text(json, "repo_full_name", deployment.repository());
        Json.text(json, "branch", deployment.branch());
        Json.text(json, "name", deployment.name());
        Json.text(json, "commit_sha", commit == null ? null : commit.sha());
        Json.text(json, "commit_message", commit == null ? null : commit.message());
        Json.text(json, "commit_author", commit == null ? null : commit.author());
        Json.text(json, "status", deployment.status().label());
        Json.text(json, "trigger", deployment.trigger().label());
        Json.text(json, "triggered_by", deployment.triggeredBy());
        json.writeBooleanField(
                "manual_trigger", deployment.trigger() == Trigger.MANUAL || deployment.trigger() == Trigger.REDEPLOY);
        Json.time(json, "created_at", deployment.createdAt());
        Json.time(json, "started_at", deployment.startedAt());
        Json.time(json, "completed_at", deployment.completedAt());
        Json.number(json, "duration_ms", duration == null ? null : duration.toMillis());
        Json.number(json, "exit_code", deployment.exitCode());
        Json.text(json, "error_message", deployment.errorMessage());
        Json.number(
                json,
                "queue_position",
                pending ? queue.position(deployment.id()).orElse(null) : null);
        Json.text(json, "release", deployment.status() == DeploymentStatus.COMPLETED ? deployment.id() : null);
        Json.text(json, "node", deployment.node());
        Instant checksUntil = deployment.state() instanceof Pending waiting ? waiting.checksUntil() : null;
        Json.text(json, "waiting_for", checksUntil == null ? null : "checks");
        Json.time(json, "checks_until", checksUntil);
    }

    /** What a request that changes a deployment, or makes one, is answered. */
    static void writeReceipt(JsonGenerator json, DeploymentId id, String status, String message) throws IOException {
        json.writeStartObject();
        Json.text(json, "deployment_id", id);
        json.writeStringField("status", status);
        json.writeStringField("message", message);
        json.writeStringField("logs_url", "/deployments/" + id + "/logs");
        json.writeEndObject();
    }
}
