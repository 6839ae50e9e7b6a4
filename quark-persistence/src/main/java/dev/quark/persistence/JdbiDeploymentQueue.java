package dev.quark.persistence;

import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentQueue;
import dev.quark.core.problem.UnavailableException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

final class JdbiDeploymentQueue implements DeploymentQueue {

    /** The pending deployments that may be started, in their order. */
    private static final String STARTABLE = """
        FROM deployments d JOIN configs c ON c.id = d.config_id
        WHERE d.status = 'pending' AND d.checks_until IS NULL AND NOT EXISTS
            (SELECT 1 FROM deployments running WHERE running.config_id = d.config_id AND running.status = 'in_progress')
        """;

    /** How often a deployment that another node has locked is looked for again. */
    private static final int LOOKS = 100;

    private final Database database;

    JdbiDeploymentQueue(Database database) {
        this.database = database;
    }

    /**
     * Skips what other transactions have locked. Where all is locked there may still be something to run: the locks may be
     * those of a change to a config, of which no event would tell the dispatcher.
     */
    @Override
    public Optional<Deployment> claim(String node, Instant at) {
        for (int look = 0; look < LOOKS; look++) {
            Optional<Deployment> claimed = database.write(session -> claim(session, node, at));
            if (claimed.isPresent() || !database.read(JdbiDeploymentQueue::isAnyStartable)) {
                return claimed;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        throw new UnavailableException("The next deployment stays locked in the database: trying again.");
    }

    private static Optional<Deployment> claim(Session session, String node, Instant at) {
        String skip = session.dialect() == Dialect.SQLITE ? "" : " FOR NO KEY UPDATE OF d, c SKIP LOCKED";
        Optional<UUID> oldest = session.query("SELECT d.id " + STARTABLE + " ORDER BY d.id LIMIT 1" + skip)
                .mapTo(UUID.class)
                .findOne();
        return oldest.map(id -> {
            session.update("UPDATE deployments SET status = 'in_progress', started_at = :at, node = :node WHERE id ="
                            + " :id")
                    .bind("at", at.toEpochMilli())
                    .bind("node", node)
                    .bind("id", id)
                    .execute();
            return session.query("SELECT * FROM deployments WHERE id = :id")
                    .bind("id", id)
                    .map(DeploymentRows::map)
                    .one();
        });
    }

    private static boolean isAnyStartable(Session session) {
        return session.dialect() != Dialect.SQLITE
                && session.query("SELECT 1 " + STARTABLE + " LIMIT 1")
                        .mapTo(int.class)
                        .findOne()
                        .isPresent();
    }

    /** A SQLite file has one process: what is in progress is that one's, whatever its name was when it claimed it. */
    @Override
    public List<Deployment> running(String node) {
        return database.read(session -> session.query("""
                        SELECT * FROM deployments WHERE status = 'in_progress' AND (node = :node OR :only) ORDER BY id""")
                .bind("node", node)
                .bind("only", session.dialect() == Dialect.SQLITE)
                .map(DeploymentRows::map)
                .list());
    }

    @Override
    public int takeUp(DeploymentId id) {
        return database.write(session -> {
            session.update("UPDATE deployments SET take_ups = take_ups + 1 WHERE id = :id AND status = 'in_progress'")
                    .bind("id", id.value())
                    .execute();
            return session.query("SELECT take_ups FROM deployments WHERE id = :id")
                    .bind("id", id.value())
                    .mapTo(int.class)
                    .findOne()
                    .orElse(0);
        });
    }

    @Override
    public void getsOn(DeploymentId id) {
        database.write(session -> session.update("UPDATE deployments SET take_ups = 0 WHERE id = :id")
                .bind("id", id.value())
                .execute());
    }

    @Override
    public List<Deployment> awaitingChecks() {
        return database.read(
                session -> session.query("""
                    SELECT * FROM deployments WHERE checks_until IS NOT NULL AND status = 'pending' ORDER BY id\
                    """).map(DeploymentRows::map).list());
    }

    @Override
    public Optional<Integer> position(DeploymentId id) {
        return database.read(session ->
                session.query("""
                    SELECT (SELECT count(*) FROM deployments other WHERE other.status = 'pending'
                        AND other.checks_until IS NULL AND other.id <= d.id)
                    FROM deployments d WHERE d.id = :id AND d.status = 'pending' AND d.checks_until IS NULL\
                    """).bind("id", id.value()).mapTo(Integer.class).findOne());
    }

    @Override
    public boolean requestCancellation(DeploymentId id, String by) {
        return database.write(session -> session.update("""
            UPDATE deployments SET cancelled_by = COALESCE(cancelled_by, :by)
            WHERE id = :id AND status = 'in_progress'\
            """)
                        .bind("id", id.value())
                        .bind("by", session.dialect().text(by))
                        .execute()
                > 0);
    }
}
