package dev.quark.persistence;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigName;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.config.GitHubSettings;
import dev.quark.core.config.WorkingDirectory;
import dev.quark.core.environment.Environment;
import dev.quark.core.environment.VariableName;
import dev.quark.core.secret.Secret;
import dev.quark.core.secret.SecretBox;
import dev.quark.core.source.BranchPattern;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.PathFilters;
import dev.quark.core.source.RepositoryName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Reads configs with their variables, each list by one statement. */
final class ConfigRows {

    private static final String VARIABLES = """
        c LEFT JOIN config_variables v ON v.config_id = c.id ORDER BY c.id\
        """;

    private static final String COLUMNS = "SELECT c.*, v.name AS variable, v.sealed FROM ";

    private final SealedVariables variables;

    ConfigRows(SecretBox secrets) {
        this.variables = new SealedVariables(secrets, "config", "config_variables", "config_id");
    }

    SealedVariables variables() {
        return variables;
    }

    Optional<DeploymentConfig> find(Session session, ConfigId id) {
        return read(session.query(COLUMNS + "(SELECT * FROM configs WHERE id = :id)" + VARIABLES)
                        .bind("id", id.value()))
                .stream()
                .findFirst();
    }

    List<DeploymentConfig> list(Session session, @Nullable RepositoryName repository, int limit, long offset) {
        String where = repository == null ? "" : " WHERE repository_key = :repository";
        Query query = session.query(
                COLUMNS + "(SELECT * FROM configs" + where + " ORDER BY id LIMIT :limit OFFSET :offset)" + VARIABLES);
        if (repository != null) {
            query.bind("repository", repository.key());
        }
        return read(query.bind("limit", limit).bind("offset", offset));
    }

    static String column(PathFilters filters) {
        return String.join("\n", filters.globs());
    }

    static PathFilters pathFilters(String column) {
        return column.isEmpty() ? PathFilters.ALL : new PathFilters(List.of(column.split("\n", -1)));
    }

    private List<DeploymentConfig> read(Query query) {
        return query.reduceResultSet(new ArrayList<Row>(), this::add).stream()
                .map(Row::config)
                .toList();
    }

    /** A result row is a config and one of its variables, or a config that has none. */
    private List<Row> add(List<Row> rows, ResultSet result, StatementContext context) throws SQLException {
        UUID id = UUID.fromString(result.getString("id"));
        if (rows.isEmpty() || !rows.get(rows.size() - 1).id().equals(id)) {
            rows.add(new Row(id, config(id, result), new TreeMap<>()));
        }
        String variable = result.getString("variable");
        if (variable != null) {
            rows.get(rows.size() - 1)
                    .variables()
                    .put(new VariableName(variable), variables.open(id, variable, result.getBytes("sealed")));
        }
        return rows;
    }

    private static DeploymentConfig config(UUID id, ResultSet row) throws SQLException {
        long repositoryId = row.getLong("repository_id");
        Long repositoryIdOrNull = row.wasNull() ? null : repositoryId;
        String cloneUrl = row.getString("clone_url");
        return new DeploymentConfig(
                new ConfigId(id),
                new RepositoryName(row.getString("repository")),
                repositoryIdOrNull,
                new BranchPattern(row.getString("branch")),
                new ConfigName(row.getString("name")),
                row.getBoolean("auto_deploy"),
                new GitHubSettings(row.getBoolean("require_checks"), row.getString("environment_url")),
                row.getString("deploy_command"),
                new Environment(new TreeMap<>(), Plain.names(row.getString("plain_variables"))),
                cloneUrl == null ? null : new CloneUrl(cloneUrl),
                new WorkingDirectory(row.getString("working_directory")),
                pathFilters(row.getString("path_filters")),
                Duration.ofMillis(row.getLong("timeout_ms")),
                row.getInt("keep_releases"),
                ServiceColumn.read(row.getString("service")),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("updated_at")));
    }

    /** A config whose variables come row by row. */
    private record Row(UUID id, DeploymentConfig bare, TreeMap<VariableName, Secret> variables) {

        DeploymentConfig config() {
            return bare.withEnvironment(bare.environment().withVariables(variables), bare.updatedAt());
        }
    }
}
