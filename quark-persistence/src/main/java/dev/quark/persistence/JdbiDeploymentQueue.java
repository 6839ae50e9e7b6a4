package dev.quark.persistence;

import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentQueue;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

final class JdbiDeploymentQueue implements DeploymentQueue {

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String NEXT = "SELECT d.id FROM deployments d WHERE d.status = 'pending' AND NOT EXISTS"
            + " (SELECT 1 FROM deployments r WHERE r.config_id = d.config_id AND r.status = 'in_progress')"
            + " ORDER BY d.id LIMIT 1";

    private final Database database;

    JdbiDeploymentQueue(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Deployment> claim(String node, Instant at) {
        if (database.read(session -> next(session.handle(), "")).isEmpty()) {
            return Optional.empty();
        }
        while (true) {
            try {
                return database.write(session -> claim(session.handle(), node, at));
            } catch (UnableToExecuteStatementException e) {
                // Two processes took two deployments of one config: the unique index let one of them through.
                if (!(e.getCause() instanceof SQLException cause) || !UNIQUE_VIOLATION.equals(cause.getSQLState())) {
                    throw e;
                }
            }
        }
    }

    private Optional<Deployment> claim(Handle handle, String node, Instant at) {
        Optional<String> id = next(handle, database.lock().isEmpty() ? "" : " FOR UPDATE SKIP LOCKED");
        id.ifPresent(found -> handle.execute(
                "UPDATE deployments SET status = 'in_progress', started_at = ?, node = ? WHERE id = ? AND status = 'pending'",
                at.toEpochMilli(),
                node,
                found));
        return id.flatMap(found -> handle.createQuery("SELECT * FROM deployments WHERE id = ?")
                .bind(0, found)
                .map((row, ignored) -> Rows.deployment(row))
                .findOne());
    }

    private static Optional<String> next(Handle handle, String lock) {
        return handle.createQuery(NEXT + lock).mapTo(String.class).findOne();
    }

    @Override
    public List<Deployment> running(String node) {
        return database.read(session -> session.handle()
                .createQuery("SELECT * FROM deployments WHERE status = 'in_progress' AND node = ? ORDER BY id")
                .bind(0, node)
                .map((row, ignored) -> Rows.deployment(row))
                .list());
    }

    @Override
    public Optional<Integer> position(DeploymentId id) {
        return database.read(session -> session.handle()
                .createQuery("SELECT (SELECT count(*) FROM deployments e WHERE e.status = 'pending' AND e.id <= d.id)"
                        + " FROM deployments d WHERE d.id = ? AND d.status = 'pending'")
                .bind(0, id.toString())
                .mapTo(Integer.class)
                .findOne());
    }

    @Override
    public boolean requestCancellation(DeploymentId id, String by) {
        return database.write(session -> session.handle()
                        .execute(
                                "UPDATE deployments SET cancelled_by = coalesce(cancelled_by, ?)"
                                        + " WHERE id = ? AND status = 'in_progress'",
                                by,
                                id.toString())
                == 1);
    }
}
