package dev.quark.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The stand-in's commit statuses, deployments and check suites. */
final class StandInResults {

    private static final String STATUSES = "POST /repos/{owner}/{repo}/statuses/{sha}";
    private static final String DEPLOYMENTS = "POST /repos/{owner}/{repo}/deployments";
    private static final String PROGRESS = "POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses";
    private static final String SUITES = "GET /repos/{owner}/{repo}/commits/{ref}/check-suites";
    private static final String COMBINED = "GET /repos/{owner}/{repo}/commits/{ref}/status";

    private record Key(RepositoryName repository, String commit) {}

    private final StandInModel model;
    private final Map<Key, List<ObjectNode>> statuses = new ConcurrentHashMap<>();
    private final Map<Key, List<ObjectNode>> suites = new ConcurrentHashMap<>();
    private final Map<Long, List<ObjectNode>> runs = new ConcurrentHashMap<>();
    private final Map<Long, ObjectNode> deployments = new ConcurrentSkipListMap<>();
    private final Map<Long, List<ObjectNode>> progress = new ConcurrentHashMap<>();

    StandInResults(StandInModel model, StandInApi api) {
        this.model = model;
        api.ofRepository("POST", "/statuses/([0-9a-f]{40})", "repo:status", this::mark);
        api.ofRepository("POST", "/deployments", "repo_deployment", this::deploy);
        api.ofRepository("GET", "/deployments", "repo_deployment", this::find);
        api.ofRepository("POST", "/deployments/([0-9]+)/statuses", "repo_deployment", this::advance);
        api.ofRepository("GET", "/commits/([0-9a-f]{40})/status", "repo", this::combined);
        api.ofRepository("GET", "/commits/([0-9a-f]{40})/check-suites", "repo", this::suites);
        api.ofRepository("GET", "/check-suites/([0-9]+)/check-runs", "repo", this::runs);
    }

    /** The statuses of a commit, oldest first, each as {@code context state description}. */
    List<String> marks(RepositoryName repository, CommitSha commit) {
        return of(statuses, repository, commit.value()).stream()
                .map(status -> status.path("context").asText() + " "
                        + status.path("state").asText() + " "
                        + status.path("description").asText())
                .toList();
    }

    /** The states that each deployment of a repository went through, by its environment. */
    List<String> deployments(RepositoryName repository) {
        return deployments.entrySet().stream()
                .filter(known -> known.getValue().path("in").asText().equals(repository.key()))
                .map(known -> known.getValue().path("environment").asText() + " "
                        + progress.getOrDefault(known.getKey(), List.of()).stream()
                                .map(status -> status.path("state").asText())
                                .distinct()
                                .toList())
                .toList();
    }

    /** The newest status of the newest deployment. */
    JsonNode newest(RepositoryName repository) {
        List<Long> ids = deployments.entrySet().stream()
                .filter(known -> known.getValue().path("in").asText().equals(repository.key()))
                .map(Map.Entry::getKey)
                .toList();
        return Objects.requireNonNull(progress.get(ids.getLast())).getLast();
    }

    /** Somebody else's status of a commit. */
    void status(RepositoryName repository, CommitSha commit, String context, String state) {
        of(statuses, repository, commit.value())
                .add(GitHubExamples.answer(STATUSES).put("context", context).put("state", state));
    }

    /** A check suite of an app, with one run for each name; the newest of an app counts. */
    void suite(RepositoryName repository, CommitSha commit, String app, @Nullable String conclusion, String... names) {
        ObjectNode suite =
                (ObjectNode) GitHubExamples.answer(SUITES).get("check_suites").get(0);
        long id = model.numbers.incrementAndGet();
        suite.put("id", id)
                .put("head_sha", commit.value())
                .put("status", conclusion == null ? "queued" : "completed")
                .put("conclusion", conclusion)
                .put("latest_check_runs_count", names.length);
        ((ObjectNode) suite.get("app"))
                .put("slug", app.toLowerCase(Locale.ROOT).replace(' ', '-'))
                .put("name", app);
        List<ObjectNode> all = of(suites, repository, commit.value());
        all.removeIf(other -> other.path("app").path("name").asText().equals(app));
        all.add(suite);
        List<ObjectNode> named = new ArrayList<>();
        for (String name : names) {
            named.add(GitHubExamples.JSON.createObjectNode().put("name", name).put("conclusion", conclusion));
        }
        runs.put(id, named);
    }

    private static List<ObjectNode> of(Map<Key, List<ObjectNode>> map, RepositoryName repository, String commit) {
        return map.computeIfAbsent(new Key(repository, commit), key -> new CopyOnWriteArrayList<>());
    }

    private void mark(StandInRequest request, StandInModel.Repository repository, List<String> parts)
            throws IOException {
        JsonNode body = request.json();
        if (body.path("description").asText().length() > 140) {
            request.problem(422, "description is too long (maximum is 140 characters)");
            return;
        }
        ObjectNode status = GitHubExamples.answer(STATUSES);
        for (String member : List.of("state", "description", "context", "target_url")) {
            status.set(member, body.get(member));
        }
        of(statuses, repository.name(), parts.get(0)).add(status);
        request.send(201, status);
    }

    private void deploy(StandInRequest request, StandInModel.Repository repository, List<String> parts)
            throws IOException {
        JsonNode body = request.json();
        if (body.path("auto_merge").asBoolean(true)
                || !body.path("required_contexts").isArray()) {
            request.problem(409, "Conflict merging main into the ref, or its statuses aren't successful");
            return;
        }
        long id = model.numbers.incrementAndGet();
        ObjectNode deployment = GitHubExamples.answer(DEPLOYMENTS)
                .put("id", id)
                .put("sha", body.path("ref").asText())
                .put("in", repository.name().key())
                .put("environment", body.path("environment").asText());
        deployment.set("payload", body.path("payload"));
        deployments.put(id, deployment);
        request.send(201, deployment);
    }

    private void find(StandInRequest request, StandInModel.Repository repository, List<String> parts)
            throws IOException {
        ArrayNode found = GitHubExamples.JSON.createArrayNode();
        deployments.values().stream()
                .filter(known ->
                        known.path("in").asText().equals(repository.name().key()))
                .filter(known ->
                        known.path("sha").asText().equals(request.query().get("sha")))
                .forEach(found::add);
        request.send(200, found);
    }

    private void advance(StandInRequest request, StandInModel.Repository repository, List<String> parts)
            throws IOException {
        long id = Long.parseLong(parts.get(0));
        if (!deployments.containsKey(id)) {
            request.problem(404, "Not Found");
            return;
        }
        JsonNode body = request.json();
        ObjectNode status = GitHubExamples.answer(PROGRESS);
        for (String member : List.of("state", "description", "log_url", "environment_url")) {
            status.set(member, body.get(member));
        }
        progress.computeIfAbsent(id, key -> new CopyOnWriteArrayList<>()).add(status);
        request.send(201, status);
    }

    /** The newest status of each context counts. */
    private void combined(StandInRequest request, StandInModel.Repository repository, List<String> parts)
            throws IOException {
        Map<String, ObjectNode> newest = new ConcurrentSkipListMap<>();
        of(statuses, repository.name(), parts.get(0))
                .forEach(status -> newest.put(status.path("context").asText(), status));
        ObjectNode answer = GitHubExamples.answer(COMBINED).put("total_count", newest.size());
        answer.putArray("statuses").addAll(newest.values());
        request.send(200, answer);
    }

    private void suites(StandInRequest request, StandInModel.Repository repository, List<String> parts)
            throws IOException {
        List<ObjectNode> all = of(suites, repository.name(), parts.get(0));
        ObjectNode answer = GitHubExamples.answer(SUITES).put("total_count", all.size());
        answer.putArray("check_suites").addAll(all);
        request.send(200, answer);
    }

    private void runs(StandInRequest request, StandInModel.Repository repository, List<String> parts)
            throws IOException {
        List<ObjectNode> all = runs.getOrDefault(Long.parseLong(parts.get(0)), List.of());
        ObjectNode answer = GitHubExamples.JSON.createObjectNode().put("total_count", all.size());
        answer.putArray("check_runs").addAll(all);
        request.send(200, answer);
    }
}
