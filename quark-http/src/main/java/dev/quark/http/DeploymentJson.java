package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentQueue;
import dev.quark.core.deployment.DeploymentState.Pending;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.ManageService;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.result.Result;
import dev.quark.core.result.ResultStore;
import dev.quark.core.service.Cutover;
import dev.quark.core.service.Rollout;
import dev.quark.core.service.RolloutId;
import dev.quark.core.source.Commit;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How the API spells a deployment. */
final class DeploymentJson {

    private final DeploymentQueue queue;
    private final ResultStore results;
    private final @Nullable ManageService services;

    DeploymentJson(UseCases use) {
        this.queue = use.queue();
        this.results = use.results();
        this.services = use.services();
    }

    /** What is known of the services of some deployments. */
    Map<RolloutId, Rollout> rollouts(List<Deployment> deployments) {
        return services == null
                ? Map.of()
                : services.rollouts(deployments.stream().map(Deployment::id).toList()).stream()
                        .collect(Collectors.toMap(Rollout::id, rollout -> rollout));
    }

    /** As it stands in a list. */
    void write(JsonGenerator json, Deployment deployment, Map<RolloutId, Rollout> rollouts) throws IOException {
        json.writeStartObject();
        members(json, deployment, rollouts.get(deployment.id().rollout()));
        json.writeEndObject();
    }

    /** With what GitHub was told about it. */
    void writeWhole(JsonGenerator json, Deployment deployment, Map<RolloutId, Rollout> rollouts) throws IOException {
        json.writeStartObject();
        members(json, deployment, rollouts.get(deployment.id().rollout()));
        GitHubJson.write(json, deployment, results.find(deployment.id()).orElseGet(() -> Result.none(deployment.id())));
        json.writeEndObject();
    }

    private void members(JsonGenerator json, Deployment deployment, @Nullable Rollout rollout) throws IOException {
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
        Deployment.Origin origin = deployment.origin();
        Json.text(json, "rollback_of", origin == null ? null : origin.deployment());
        boolean running = deployment.status() == DeploymentStatus.IN_PROGRESS;
        Json.text(json, "phase", rollout == null || !running ? null : rollout.watching() ? "watching" : "starting");
        cutover(json, rollout == null ? null : rollout.cutover());
    }

    private static void cutover(JsonGenerator json, @Nullable Cutover cutover) throws IOException {
        if (cutover == null) {
            json.writeNullField("cutover");
            return;
        }
        json.writeObjectFieldStart("cutover");
        json.writeNumberField("requests", cutover.requests());
        json.writeNumberField("failed", cutover.failed());
        json.writeNumberField("p99_ms", Math.rint(cutover.p99().toNanos() / 1e3) / 1e3);
        json.writeNumberField("duration_ms", cutover.duration().toMillis());
        json.writeEndObject();
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
