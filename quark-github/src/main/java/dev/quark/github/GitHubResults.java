package dev.quark.github;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.codehost.CodeHostException.Broken;
import dev.quark.core.result.HostResults;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import java.util.List;
import java.util.OptionalLong;

/**
 * Commit statuses and deployments.
 *
 * @see <a href="https://docs.github.com/en/rest/commits/statuses">Commit statuses</a>
 * @see <a href="https://docs.github.com/en/rest/deployments">Deployments</a>
 */
final class GitHubResults implements HostResults {

    /** The member of a deployment's payload by which it is found again. */
    private static final String KEY = "quark_deployment";

    private final GitHubClient client;

    GitHubResults(GitHubClient client) {
        this.client = client;
    }

    @Override
    public void mark(Secret token, RepositoryName repository, CommitSha commit, Mark mark) {
        ObjectNode body = body(mark.state(), mark.description()).put("context", mark.context());
        if (mark.url() != null) {
            body.put("target_url", mark.url());
        }
        client.send("POST", token, ApiPath.of(repository, "statuses", commit), body);
    }

    @Override
    public OptionalLong find(Secret token, RepositoryName repository, Place place) {
        String path = ApiPath.of(repository, "deployments") + "?per_page=100&sha=" + place.commit() + "&environment="
                + ApiPath.encoded(place.environment().value());
        List<OptionalLong> found = client.list(
                token,
                path,
                null,
                deployment -> key(deployment.path("payload")).equals(place.key())
                        ? OptionalLong.of(id(deployment))
                        : OptionalLong.empty());
        return found.stream().flatMapToLong(OptionalLong::stream).findFirst();
    }

    @Override
    public long add(Secret token, RepositoryName repository, Place place) {
        ObjectNode body = GitHubClient.JSON
                .createObjectNode()
                .put("ref", place.commit().value())
                .put("task", "deploy")
                .put("auto_merge", false)
                .put("environment", place.environment().value())
                .put("transient_environment", false)
                .put("production_environment", place.production())
                .put("description", "Deployed by QUARK");
        body.putArray("required_contexts");
        body.putObject("payload").put(KEY, place.key());
        return id(client.send("POST", token, ApiPath.of(repository, "deployments"), body));
    }

    @Override
    public void progress(Secret token, RepositoryName repository, long deployment, Progress progress) {
        ObjectNode body = body(progress.state(), progress.description()).put("auto_inactive", false);
        if (progress.logUrl() != null) {
            body.put("log_url", progress.logUrl());
        }
        if (progress.environmentUrl() != null) {
            body.put("environment_url", progress.environmentUrl());
        }
        client.send("POST", token, ApiPath.of(repository, "deployments", deployment, "statuses"), body);
    }

    private static ObjectNode body(String state, String description) {
        return GitHubClient.JSON.createObjectNode().put("state", state).put("description", description);
    }

    private static long id(JsonNode deployment) {
        JsonNode id = deployment.path("id");
        if (!id.isIntegralNumber()) {
            throw new CodeHostException(new Broken("its answer names no deployment"));
        }
        return id.asLong();
    }

    /** GitHub gives a payload back as an object, or as the text of one. */
    private static String key(JsonNode payload) {
        return (payload.isTextual() ? parsed(payload.asText()) : payload)
                .path(KEY)
                .asText();
    }

    private static JsonNode parsed(String text) {
        try {
            return GitHubClient.JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
