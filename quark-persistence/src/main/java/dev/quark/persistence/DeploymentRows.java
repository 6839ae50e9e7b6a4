package dev.quark.persistence;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigName;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.Commit;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** A deployment as a row. */
final class DeploymentRows {

    private static final String INSERT = """
        INSERT INTO deployments (id, config_id, repository, repository_key, branch, name, commit_sha, commit_message,
            commit_author, cause, triggered_by, created_at, status, checks_until, delivery_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?)\
        """;

    private DeploymentRows() {}

    /**
     * Adds a pending deployment.
     *
     * @param delivery the delivery that caused it; null where none did
     */
    static void insert(Session session, Deployment deployment, @Nullable String delivery) throws SQLException {
        if (!(deployment.state() instanceof DeploymentState.Pending pending)) {
            throw new IllegalArgumentException("Only a pending deployment can be added: " + deployment.id());
        }
        ConfigId config = deployment.config();
        if (config != null && !isThere(session, config)) {
            throw new ConflictException("The config of this deployment was deleted in this moment.");
        }
        Commit commit = deployment.commit();
        Dialect dialect = session.dialect();
        PreparedStatement insert = session.prepare(INSERT);
        session.set(insert, 1, deployment.id().value());
        session.set(insert, 2, config == null ? null : config.value());
        insert.setString(3, deployment.repository().value());
        insert.setString(4, deployment.repository().key());
        insert.setString(5, deployment.branch().value());
        insert.setString(6, deployment.name().value());
        insert.setString(7, commit == null ? null : commit.sha().value());
        insert.setString(8, commit == null ? null : dialect.text(commit.message()));
        insert.setString(9, commit == null ? null : dialect.text(commit.author()));
        insert.setString(10, deployment.trigger().label());
        insert.setString(11, dialect.text(deployment.triggeredBy()));
        insert.setLong(12, deployment.createdAt().toEpochMilli());
        Instant checks = pending.checksUntil();
        insert.setObject(13, checks == null ? null : checks.toEpochMilli(), Types.BIGINT);
        insert.setString(14, delivery);
        insert.executeUpdate();
    }

    private static boolean isThere(Session session, ConfigId config) throws SQLException {
        PreparedStatement select = session.prepare("SELECT 1 FROM configs WHERE id = ?");
        session.set(select, 1, config.value());
        try (ResultSet row = select.executeQuery()) {
            return row.next();
        }
    }

    /** The deployment in a row; a JDBI row mapper. */
    static Deployment map(ResultSet row, StatementContext context) throws SQLException {
        String config = row.getString("config_id");
        return new Deployment(
                new DeploymentId(UUID.fromString(row.getString("id"))),
                config == null ? null : new ConfigId(UUID.fromString(config)),
                new RepositoryName(row.getString("repository")),
                new BranchName(row.getString("branch")),
                new ConfigName(row.getString("name")),
                commit(row),
                Trigger.valueOf(row.getString("cause").toUpperCase(Locale.ROOT)),
                row.getString("triggered_by"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                state(row),
                row.getString("cancelled_by"));
    }

    private static @Nullable Commit commit(ResultSet row) throws SQLException {
        String sha = row.getString("commit_sha");
        return sha == null
                ? null
                : new Commit(new CommitSha(sha), row.getString("commit_message"), row.getString("commit_author"));
    }

    private static DeploymentState state(ResultSet row) throws SQLException {
        DeploymentStatus status = DeploymentStatus.parse(row.getString("status"));
        Instant finished = Instant.ofEpochMilli(row.getLong("finished_at"));
        return switch (status) {
            case PENDING -> new DeploymentState.Pending(checksUntil(row));
            case IN_PROGRESS -> new DeploymentState.InProgress(run(row));
            case COMPLETED -> new DeploymentState.Completed(run(row), finished);
            case FAILED -> new DeploymentState.Failed(run(row), finished, exitCode(row), row.getString("reason"));
            case CANCELLED ->
                new DeploymentState.Cancelled(
                        row.getString("node") == null ? null : run(row), finished, row.getString("reason"));
        };
    }

    private static @Nullable Instant checksUntil(ResultSet row) throws SQLException {
        long until = row.getLong("checks_until");
        return row.wasNull() ? null : Instant.ofEpochMilli(until);
    }

    private static DeploymentState.Run run(ResultSet row) throws SQLException {
        return new DeploymentState.Run(Instant.ofEpochMilli(row.getLong("started_at")), row.getString("node"));
    }

    private static @Nullable Integer exitCode(ResultSet row) throws SQLException {
        int code = row.getInt("exit_code");
        return row.wasNull() ? null : code;
    }

    /** The columns of a state. */
    record Columns(
            String status,
            @Nullable Long startedAt,
            @Nullable String node,
            @Nullable Long finishedAt,
            @Nullable Integer exitCode,
            @Nullable String reason,
            @Nullable Long checksUntil) {

        static Columns of(DeploymentState state) {
            String status = state.status().label();
            return switch (state) {
                case DeploymentState.Pending pending ->
                    new Columns(
                            status,
                            null,
                            null,
                            null,
                            null,
                            null,
                            pending.checksUntil() == null
                                    ? null
                                    : (Long) pending.checksUntil().toEpochMilli());
                case DeploymentState.InProgress running -> of(status, running.run(), null, null, null);
                case DeploymentState.Completed completed -> of(status, completed.run(), completed.at(), null, null);
                case DeploymentState.Failed failed ->
                    of(status, failed.run(), failed.at(), failed.exitCode(), failed.error());
                case DeploymentState.Cancelled cancelled ->
                    of(status, cancelled.run(), cancelled.at(), null, cancelled.reason());
            };
        }

        private static Columns of(
                String status,
                DeploymentState.@Nullable Run run,
                @Nullable Instant finished,
                @Nullable Integer exitCode,
                @Nullable String reason) {
            return new Columns(
                    status,
                    run == null ? null : (Long) run.startedAt().toEpochMilli(),
                    run == null ? null : run.node(),
                    finished == null ? null : (Long) finished.toEpochMilli(),
                    exitCode,
                    reason,
                    null);
        }
    }
}
