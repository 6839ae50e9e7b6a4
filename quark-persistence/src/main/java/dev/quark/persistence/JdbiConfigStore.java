package dev.quark.persistence;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigStore;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.secret.SecretBox;
import dev.quark.core.source.RepositoryName;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

final class JdbiConfigStore implements ConfigStore {

    private static final String INSERT = """
        INSERT INTO configs (id, repository, repository_key, repository_id, branch, name, auto_deploy,
            require_checks, environment_url, deploy_command, plain_variables, clone_url, working_directory,
            path_filters, timeout_ms, keep_releases, service, created_at, updated_at)
        VALUES (:id, :repository, :repositoryKey, :repositoryId, :branch, :name, :autoDeploy,
            :requireChecks, :environmentUrl, :deployCommand, :plainVariables, :cloneUrl, :workingDirectory,
            :pathFilters, :timeoutMs, :keepReleases, :service, :createdAt, :updatedAt)
        ON CONFLICT (repository_key, branch, name) DO NOTHING\
        """;

    private static final String UPDATE = """
        UPDATE configs SET repository = :repository, repository_key = :repositoryKey, repository_id = :repositoryId,
            branch = :branch, name = :name, auto_deploy = :autoDeploy, require_checks = :requireChecks,
            environment_url = :environmentUrl, deploy_command = :deployCommand,
            plain_variables = :plainVariables, clone_url = :cloneUrl, working_directory = :workingDirectory,
            path_filters = :pathFilters, timeout_ms = :timeoutMs, keep_releases = :keepReleases,
            service = :service, created_at = :createdAt, updated_at = :updatedAt
        WHERE id = :id AND NOT EXISTS (SELECT 1 FROM configs other WHERE other.repository_key = :repositoryKey
            AND other.branch = :branch AND other.name = :name AND other.id <> :id)\
        """;

    private final Database database;
    private final ConfigRows rows;

    JdbiConfigStore(Database database, SecretBox secrets) {
        this.database = database;
        this.rows = new ConfigRows(secrets);
    }

    @Override
    public void add(DeploymentConfig config) {
        database.write(session -> store(session, INSERT, config));
    }

    @Override
    public Optional<DeploymentConfig> find(ConfigId id) {
        return database.read(session -> rows.find(session, id));
    }

    @Override
    public List<DeploymentConfig> ofRepository(RepositoryName repository) {
        return list(repository, Integer.MAX_VALUE, 0);
    }

    @Override
    public List<DeploymentConfig> list(@Nullable RepositoryName repository, int limit, long offset) {
        return database.read(session -> rows.list(session, repository, limit, offset));
    }

    @Override
    public long count(@Nullable RepositoryName repository) {
        return database.read(session -> repository == null
                ? session.query("SELECT count(*) FROM configs")
                        .mapTo(long.class)
                        .one()
                : session.query("SELECT count(*) FROM configs WHERE repository_key = :repository")
                        .bind("repository", repository.key())
                        .mapTo(long.class)
                        .one());
    }

    @Override
    public Optional<DeploymentConfig> update(ConfigId id, UnaryOperator<DeploymentConfig> change) {
        return database.write(session -> {
            if (!lock(session, id)) {
                return Optional.empty();
            }
            DeploymentConfig changed = change.apply(rows.find(session, id).orElseThrow());
            if (!changed.id().equals(id)) {
                throw new IllegalArgumentException("A config keeps its id");
            }
            store(session, UPDATE, changed);
            return rows.find(session, id);
        });
    }

    @Override
    public boolean remove(ConfigId id, Instant at) {
        return database.write(session -> {
            if (!lock(session, id)) {
                return false;
            }
            if (session.query("SELECT count(*) FROM deployments WHERE config_id = :id AND status = 'in_progress'")
                            .bind("id", id.value())
                            .mapTo(int.class)
                            .one()
                    > 0) {
                throw new ConflictException("A deployment of this config is running: cancel it first, or use force.");
            }
            session.update("""
                UPDATE deployments SET status = 'cancelled', finished_at = :at, reason = 'its config was deleted',
                    checks_until = NULL
                WHERE config_id = :id AND status = 'pending'\
                """)
                    .bind("id", id.value())
                    .bind("at", at.toEpochMilli())
                    .execute();
            session.update("DELETE FROM configs WHERE id = :id")
                    .bind("id", id.value())
                    .execute();
            return true;
        });
    }

    /** Whether the config is there; it then stays as it is until the transaction's end. */
    private static boolean lock(Session session, ConfigId id) {
        return session.query("SELECT 1 FROM configs WHERE id = :id" + session.dialect().forUpdate)
                .bind("id", id.value())
                .mapTo(int.class)
                .findOne()
                .isPresent();
    }

    private boolean store(Session session, String sql, DeploymentConfig config) throws SQLException {
        if (bind(session.update(sql), config).execute() == 0) {
            throw new ConflictException("There is already a config \"" + config.name() + "\" for "
                    + config.repository() + " and branch " + config.branch()
                    + ": change that one, or choose another name.");
        }
        rows.variables().replace(session, config.id().value(), config.environment());
        ServiceHosts.claim(session, config);
        return true;
    }

    private static Update bind(Update update, DeploymentConfig config) {
        return update.bind("id", config.id().value())
                .bind("repository", config.repository().value())
                .bind("repositoryKey", config.repository().key())
                .bind("repositoryId", config.repositoryId())
                .bind("branch", config.branch().value())
                .bind("name", config.name().value())
                .bind("autoDeploy", config.autoDeploy())
                .bind("requireChecks", config.github().requireChecks())
                .bind("environmentUrl", config.github().environmentUrl())
                .bind("deployCommand", config.deployCommand())
                .bind("plainVariables", Plain.column(config.environment()))
                .bind(
                        "cloneUrl",
                        config.cloneUrl() == null ? null : config.cloneUrl().value())
                .bind("workingDirectory", config.workingDirectory().value())
                .bind("pathFilters", ConfigRows.column(config.pathFilters()))
                .bind("timeoutMs", config.timeout().toMillis())
                .bind("keepReleases", config.keepReleases())
                .bind("service", ServiceColumn.write(config.service()))
                .bind("createdAt", config.createdAt().toEpochMilli())
                .bind("updatedAt", config.updatedAt().toEpochMilli());
    }
}
