package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentQueue;
import dev.quark.core.deployment.DeploymentState.Pending;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.ManageService;
import dev.quark.core.deployment.Phase;
import dev.quark.core.deployment.PhaseStore;
import dev.quark.core.deployment.Timeline;
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
    private final PhaseStore phases;
    private final ResultStore results;
    private final @Nullable ManageService services;

    DeploymentJson(UseCases use) {
        this.queue = use.queue();
        this.phases = use.phases();
        this.results = use.results();
        this.services = use.services();
    }

    /** What is known of some deployments beside themselves. */
    Beside beside(List<Deployment> deployments) {
        Map<RolloutId, Rollout> rollouts = services == null
                ? Map.of()
                : services.rollouts(deployments.stream().map(Deployment::id).toList()).stream()
                        .collect(Collectors.toMap(Rollout::id, rollout -> rollout));
        return new Beside(
                rollouts, phases.of(deployments.stream().map(Deployment::id).toList()));
    }

    /**
     * What is known of deployments beside themselves.
     *
     * @param rollouts how far their services have come
     * @param phases when they came to their phases
     */
    record Beside(Map<RolloutId, Rollout> rollouts, Map<DeploymentId, Map<Phase, Instant>> phases) {

        @Nullable
        Rollout rollout(Deployment deployment) {
            return rollouts.get(deployment.id().rollout());
        }

        Timeline timeline(Deployment deployment) {
            return Timeline.of(deployment, phases.getOrDefault(deployment.id(), Map.of()), rollout(deployment));
        }
    }

    /** As it stands in a list. */
    void write(JsonGenerator json, Deployment deployment, Beside beside) throws IOException {
        json.writeStartObject();
        members(json, deployment, beside);
        json.writeEndObject();
    }

    /** With how its time was spent, and what GitHub was told about it. */
    void writeWhole(JsonGenerator json, Deployment deployment, Beside beside) throws IOException {
        json.writeStartObject();
        members(json, deployment, beside);
        phases(json, beside.timeline(deployment));
        GitHubJson.write(json, deployment, results.find(deployment.id()).orElseGet(() -> Result.none(deployment.id())));
        json.writeEndObject();
    }

    private void members(JsonGenerator json, Deployment deployment, Beside beside) throws IOException {
        Rollout rollout = beside.rollout(deployment);
        Phase phase = beside.timeline(deployment).current();
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
        Json.time(json, "checks_until", checksUntil);
        Deployment.Origin origin = deployment.origin();
        Json.text(json, "rollback_of", origin == null ? null : origin.deployment());
        Json.text(json, "phase", phase == null ? null : phase.label());
        cutover(json, rollout == null ? null : rollout.cutover());
    }

    private static void phases(JsonGenerator json, Timeline timeline) throws IOException {
        json.writeArrayFieldStart("phases");
        for (Timeline.Span span : timeline.spans()) {
            json.writeStartObject();
            json.writeStringField("name", span.phase().label());
            Json.time(json, "started_at", span.startedAt());
            Duration duration = span.duration();
            Json.number(json, "duration_ms", duration == null ? null : duration.toMillis());
            json.writeEndObject();
        }
        json.writeEndArray();
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
