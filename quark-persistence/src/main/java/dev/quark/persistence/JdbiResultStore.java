package dev.quark.persistence;

import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.result.Result;
import dev.quark.core.result.Result.Standing;
import dev.quark.core.result.ResultStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

final class JdbiResultStore implements ResultStore {

    private static final String OFF = "off";

    private static final String ROWS = """
        SELECT d.*, r.marked, r.host_deployment, r.active, r.dropped, r.attempts, r.next_at, r.error
        FROM deployments d LEFT JOIN results r ON r.deployment_id = d.id
        """;

    /** In the words of the index. */
    private static final String UNTOLD = "d.told <> d.status AND d.told <> 'off' AND d.commit_sha IS NOT NULL";

    private static final String NEXT = ROWS + "WHERE " + UNTOLD + """
         AND (r.next_at IS NULL OR r.next_at <= :now) AND (r.claimed_until IS NULL OR r.claimed_until <= :now)
        AND NOT EXISTS (SELECT 1 FROM results taken JOIN deployments other ON other.id = taken.deployment_id
            WHERE taken.claimed_until IS NOT NULL AND taken.claimed_until > :now
                AND other.repository_key = d.repository_key)
        ORDER BY d.id LIMIT 1\
        """;

    private static final String CLAIM = """
        INSERT INTO results (deployment_id, active, dropped, attempts, claimed_by, claimed_until)
        VALUES (:id, :no, :no, 1, :node, :until)
        ON CONFLICT (deployment_id) DO UPDATE SET attempts = results.attempts + 1,
            claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until\
        """;

    private static final String TIMES =
            "SELECT min(at) AS next_at FROM (SELECT CASE WHEN COALESCE(r.claimed_until, 0) > :now THEN r.claimed_until"
                    + " ELSE r.next_at END AS at FROM deployments d JOIN results r"
                    + " ON r.deployment_id ="
                    + " d.id"
                    + " WHERE"
                    + " " + UNTOLD + ") times WHERE at > :now";

    private static final String SAVE = """
        UPDATE results SET marked = :marked, host_deployment = :hostDeployment, active = :active, dropped = :dropped,
            attempts = :attempts, next_at = :nextAt, error = :error,
            claimed_by = CASE WHEN :done THEN NULL ELSE claimed_by END,
            claimed_until = CASE WHEN :done THEN NULL ELSE claimed_until END
        WHERE deployment_id = :id\
        """;

    private final Database database;

    JdbiResultStore(Database database) {
        this.database = database;
    }

    /** Looks before it writes: mostly there is nothing to tell, and the one writer has others to serve. */
    @Override
    public Optional<Claimed> claim(String node, Instant now, Instant until) {
        if (database.read(session -> next(session, now, "")).isEmpty()) {
            return Optional.empty();
        }
        return database.write(session -> {
            String skip = session.dialect() == Dialect.SQLITE ? "" : " FOR NO KEY UPDATE OF d SKIP LOCKED";
            Optional<DeploymentId> next = next(session, now, skip);
            next.ifPresent(id -> session.update(CLAIM)
                    .bind("id", id.value())
                    .bind("no", false)
                    .bind("node", node)
                    .bind("until", until.toEpochMilli())
                    .execute());
            return next.flatMap(id -> find(session, id));
        });
    }

    private static Optional<DeploymentId> next(Session session, Instant now, String lock) {
        return session.query(NEXT + lock)
                .bind("now", now.toEpochMilli())
                .map((row, context) -> DeploymentRows.map(row, context).id())
                .findOne();
    }

    @Override
    public void release(String node) {
        database.write(session -> session.update("""
            UPDATE results SET claimed_by = NULL, claimed_until = NULL
            WHERE claimed_until IS NOT NULL AND claimed_by = :node\
            """).bind("node", node).execute());
    }

    @Override
    public Optional<Instant> nextTime(Instant now) {
        return database.read(session -> session.query(TIMES)
                .bind("now", now.toEpochMilli())
                .map((row, context) -> instant(row, "next_at"))
                .findOne());
    }

    @Override
    public void save(Result result, boolean done) {
        database.write(session -> {
            session.update(SAVE)
                    .bind("id", result.deployment().value())
                    .bind("marked", label(result.marked()))
                    .bind("hostDeployment", result.hostDeployment())
                    .bind("active", result.active())
                    .bind("dropped", result.standing() == Standing.DROPPED)
                    .bind("attempts", result.attempts())
                    .bind(
                            "nextAt",
                            result.nextAttempt() == null
                                    ? null
                                    : result.nextAttempt().toEpochMilli())
                    .bind("error", session.dialect().text(result.error()))
                    .bind("done", done)
                    .execute();
            String told = label(result.told());
            return session.update("UPDATE deployments SET told = :told WHERE id = :id AND told <> :told")
                    .bind("id", result.deployment().value())
                    .bind("told", result.standing() == Standing.OFF ? OFF : told == null ? "" : told)
                    .execute();
        });
    }

    @Override
    public Optional<Result> find(DeploymentId deployment) {
        return database.read(session -> find(session, deployment)).map(Claimed::result);
    }

    @Override
    public List<Claimed> active(ConfigId config) {
        return database.read(
                session -> session.query(ROWS + "WHERE r.active" + (session.dialect() == Dialect.SQLITE ? " = 1" : "")
                                + " AND d.config_id = :config ORDER BY d.id")
                        .bind("config", config.value())
                        .map(JdbiResultStore::map)
                        .list());
    }

    private static Optional<Claimed> find(Session session, DeploymentId id) {
        return session.query(ROWS + "WHERE d.id = :id")
                .bind("id", id.value())
                .map(JdbiResultStore::map)
                .findOne();
    }

    private static Claimed map(ResultSet row, StatementContext context) throws SQLException {
        Deployment deployment = DeploymentRows.map(row, context);
        String told = row.getString("told");
        Standing standing =
                told.equals(OFF) ? Standing.OFF : row.getBoolean("dropped") ? Standing.DROPPED : Standing.ON;
        return new Claimed(
                deployment,
                new Result(
                        deployment.id(),
                        standing,
                        standing == Standing.OFF ? null : status(told),
                        status(row.getString("marked")),
                        number(row, "host_deployment"),
                        row.getBoolean("active"),
                        row.getInt("attempts"),
                        instant(row, "next_at"),
                        row.getString("error")));
    }

    private static @Nullable DeploymentStatus status(@Nullable String label) {
        return label == null || label.isEmpty() ? null : DeploymentStatus.parse(label);
    }

    private static @Nullable String label(@Nullable DeploymentStatus status) {
        return status == null ? null : status.label();
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Long millis = number(row, column);
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }

    private static @Nullable Long number(ResultSet row, String column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? null : number;
    }
}
