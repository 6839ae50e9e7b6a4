package dev.quark.persistence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigName;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.Commit;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How values stand in rows. */
final class Rows {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Rows() {}

    static String json(List<String> texts) {
        try {
            return JSON.writeValueAsString(texts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<String> texts(String json) {
        try {
            return JSON.readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A list in the database is damaged", e);
        }
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    static Deployment deployment(ResultSet row) throws SQLException {
        String config = row.getString("config_id");
        String sha = row.getString("commit_sha");
        return new Deployment(
                new DeploymentId(UUID.fromString(row.getString("id"))),
                config == null ? null : new ConfigId(UUID.fromString(config)),
                new RepositoryName(row.getString("repo_full_name")),
                new BranchName(row.getString("branch")),
                new ConfigName(row.getString("name")),
                sha == null
                        ? null
                        : new Commit(
                                new CommitSha(sha), row.getString("commit_message"), row.getString("commit_author")),
                Trigger.valueOf(row.getString("cause").toUpperCase(Locale.ROOT)),
                row.getString("triggered_by"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                state(row),
                row.getString("cancelled_by"));
    }

    private static DeploymentState state(ResultSet row) throws SQLException {
        Instant started = instant(row, "started_at");
        DeploymentState.Run run = started == null ? null : new DeploymentState.Run(started, row.getString("node"));
        Instant ended = instant(row, "completed_at");
        String error = row.getString("error_message");
        int code = row.getInt("exit_code");
        Integer exitCode = row.wasNull() ? null : code;
        return switch (DeploymentStatus.parse(row.getString("status"))) {
            case PENDING -> new DeploymentState.Pending();
            case IN_PROGRESS -> new DeploymentState.InProgress(Objects.requireNonNull(run));
            case COMPLETED -> new DeploymentState.Completed(Objects.requireNonNull(run), Objects.requireNonNull(ended));
            case FAILED ->
                new DeploymentState.Failed(
                        Objects.requireNonNull(run),
                        Objects.requireNonNull(ended),
                        exitCode,
                        Objects.requireNonNullElse(error, ""));
            case CANCELLED ->
                new DeploymentState.Cancelled(
                        run, Objects.requireNonNull(ended), Objects.requireNonNullElse(error, ""));
        };
    }
}
