package dev.quark.persistence;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigName;
import dev.quark.core.config.ConfigStore;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.config.WorkingDirectory;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.secret.SecretBox;
import dev.quark.core.source.BranchPattern;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.PathFilters;
import dev.quark.core.source.RepositoryName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

final class JdbiConfigStore implements ConfigStore {

    private static final String COLUMNS =
            "id, repo_full_name, repo_key, repo_id, branch, name, auto_deploy, deploy_command,"
                    + " clone_url, working_directory, path_filters, plain_variables, timeout_seconds, keep_releases, created_at,"
                    + " updated_at";

    private final Database database;
    private final SealedVariables variables;

    JdbiConfigStore(Database database, SecretBox secrets) {
        this.database = database;
        this.variables = new SealedVariables(secrets, "config_variables", "config_id", "config");
    }

    @Override
    public void add(DeploymentConfig config) {
        database.write(session -> {
            refuseTwin(session.handle(), config);
            bind(
                            session.handle()
                                    .createUpdate("INSERT INTO deployment_configs (" + COLUMNS
                                            + ") VALUES (:id, :repo_full_name,"
                                            + " :repo_key, :repo_id, :branch, :name, :auto_deploy, :deploy_command, :clone_url,"
                                            + " :working_directory, :path_filters, :plain_variables, :timeout_seconds, :keep_releases,"
                                            + " :created_at, :updated_at)"),
                            config)
                    .execute();
            variables.replace(session.handle(), config.id().toString(), config.environment());
            return true;
        });
    }

    @Override
    public Optional<DeploymentConfig> find(ConfigId id) {
        return database.read(session -> find(session.handle(), id, ""));
    }

    @Override
    public List<DeploymentConfig> ofRepository(RepositoryName repository) {
        return list(repository, Integer.MAX_VALUE, 0);
    }

    @Override
    public List<DeploymentConfig> list(@Nullable RepositoryName repository, int limit, long offset) {
        return database.read(session -> session.handle()
                .createQuery("SELECT " + COLUMNS + " FROM deployment_configs" + where(repository)
                        + " ORDER BY id LIMIT :limit OFFSET :offset")
                .bindMap(key(repository))
                .bind("limit", limit)
                .bind("offset", offset)
                .map((row, ignored) -> config(session.handle(), row))
                .list());
    }

    @Override
    public long count(@Nullable RepositoryName repository) {
        return database.read(session -> session.handle()
                .createQuery("SELECT count(*) FROM deployment_configs" + where(repository))
                .bindMap(key(repository))
                .mapTo(Long.class)
                .one());
    }

    @Override
    public Optional<DeploymentConfig> update(ConfigId id, UnaryOperator<DeploymentConfig> change) {
        return database.write(session -> {
            Handle handle = session.handle();
            Optional<DeploymentConfig> before = find(handle, id, database.lock());
            if (before.isEmpty()) {
                return Optional.empty();
            }
            DeploymentConfig after = change.apply(before.get());
            refuseTwin(handle, after);
            bind(
                            handle.createUpdate(
                                    "UPDATE deployment_configs SET repo_full_name = :repo_full_name, repo_key = :repo_key,"
                                            + " repo_id = :repo_id, branch = :branch, name = :name, auto_deploy = :auto_deploy,"
                                            + " deploy_command = :deploy_command, clone_url = :clone_url,"
                                            + " working_directory = :working_directory, path_filters = :path_filters,"
                                            + " plain_variables = :plain_variables, timeout_seconds = :timeout_seconds,"
                                            + " keep_releases = :keep_releases, created_at = :created_at, updated_at = :updated_at"
                                            + " WHERE id = :id"),
                            after)
                    .execute();
            variables.replace(handle, id.toString(), after.environment());
            return Optional.of(after);
        });
    }

    @Override
    public boolean remove(ConfigId id, Instant at) {
        return database.write(session -> {
            Handle handle = session.handle();
            if (find(handle, id, database.lock()).isEmpty()) {
                return false;
            }
            long running = handle.createQuery(
                            "SELECT count(*) FROM deployments WHERE config_id = ? AND status = 'in_progress'")
                    .bind(0, id.toString())
                    .mapTo(Long.class)
                    .one();
            if (running > 0) {
                throw new ConflictException(
                        "A deployment of this config is running: cancel it first, or use force=true.");
            }
            handle.execute(
                    "UPDATE deployments SET status = 'cancelled', completed_at = ?, error_message = ?"
                            + " WHERE config_id = ? AND status = 'pending'",
                    at.toEpochMilli(),
                    "cancelled: its config was deleted",
                    id.toString());
            return handle.execute("DELETE FROM deployment_configs WHERE id = ?", id.toString()) == 1;
        });
    }

    private Optional<DeploymentConfig> find(Handle handle, ConfigId id, String lock) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM deployment_configs WHERE id = ?" + lock)
                .bind(0, id.toString())
                .map((row, ignored) -> config(handle, row))
                .findOne();
    }

    private static void refuseTwin(Handle handle, DeploymentConfig config) {
        Optional<String> twin = handle.createQuery(
                        "SELECT id FROM deployment_configs WHERE repo_key = ? AND branch = ? AND name = ? AND id <> ?")
                .bind(0, config.repository().key())
                .bind(1, config.branch().value())
                .bind(2, config.name().value())
                .bind(3, config.id().toString())
                .mapTo(String.class)
                .findOne();
        if (twin.isPresent()) {
            throw new ConflictException("There is a deployment config for " + config.repository() + ", branch "
                    + config.branch() + " and name " + config.name() + " already: change that one (" + twin.get()
                    + "), or choose another name.");
        }
    }

    private static String where(@Nullable RepositoryName repository) {
        return repository == null ? "" : " WHERE repo_key = :repo_key";
    }

    private static java.util.Map<String, Object> key(@Nullable RepositoryName repository) {
        return repository == null ? java.util.Map.of() : java.util.Map.of("repo_key", repository.key());
    }

    private static <S extends SqlStatement<S>> S bind(S statement, DeploymentConfig config) {
        return statement
                .bind("id", config.id().toString())
                .bind("repo_full_name", config.repository().value())
                .bind("repo_key", config.repository().key())
                .bind("repo_id", config.repositoryId())
                .bind("branch", config.branch().value())
                .bind("name", config.name().value())
                .bind("auto_deploy", config.autoDeploy() ? 1 : 0)
                .bind("deploy_command", config.deployCommand())
                .bind(
                        "clone_url",
                        config.cloneUrl() == null ? null : config.cloneUrl().value())
                .bind("working_directory", config.workingDirectory().value())
                .bind("path_filters", Rows.json(config.pathFilters().globs()))
                .bind("plain_variables", SealedVariables.plain(config.environment()))
                .bind("timeout_seconds", config.timeout().toSeconds())
                .bind("keep_releases", config.keepReleases())
                .bind("created_at", config.createdAt().toEpochMilli())
                .bind("updated_at", config.updatedAt().toEpochMilli());
    }

    private DeploymentConfig config(Handle handle, ResultSet row) throws SQLException {
        String id = row.getString("id");
        long repositoryId = row.getLong("repo_id");
        @Nullable Long numbered = row.wasNull() ? null : repositoryId;
        String url = row.getString("clone_url");
        return new DeploymentConfig(
                new ConfigId(UUID.fromString(id)),
                new RepositoryName(row.getString("repo_full_name")),
                numbered,
                new BranchPattern(row.getString("branch")),
                new ConfigName(row.getString("name")),
                row.getInt("auto_deploy") == 1,
                row.getString("deploy_command"),
                variables.read(handle, id, row.getString("plain_variables")),
                url == null ? null : new CloneUrl(url),
                new WorkingDirectory(row.getString("working_directory")),
                new PathFilters(Rows.texts(row.getString("path_filters"))),
                Duration.ofSeconds(row.getLong("timeout_seconds")),
                row.getInt("keep_releases"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("updated_at")));
    }
}
