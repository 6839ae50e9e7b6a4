package dev.quark.persistence;

import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentFilter;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.DeploymentStore;
import dev.quark.core.source.Commit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

final class JdbiDeploymentStore implements DeploymentStore {

    private static final String TRANSITION = """
        UPDATE deployments SET status = :status, started_at = :startedAt, node = :node, finished_at = :finishedAt,
            exit_code = :exitCode, reason = :reason, checks_until = :checksUntil
        WHERE id = :id AND status = :fromStatus\
        """;

    private final Database database;
    private final RemovedLogs logs;

    JdbiDeploymentStore(Database database) {
        this.database = database;
        this.logs = new RemovedLogs(database);
    }

    @Override
    public void add(Deployment deployment) {
        database.write(session -> {
            DeploymentRows.insert(session, deployment, null);
            return true;
        });
    }

    @Override
    public Optional<Deployment> find(DeploymentId id) {
        return database.read(session -> session.query("SELECT * FROM deployments WHERE id = :id")
                .bind("id", id.value())
                .map(DeploymentRows::map)
                .findOne());
    }

    @Override
    public List<Deployment> list(DeploymentFilter filter, @Nullable DeploymentId before, int limit, long offset) {
        String sql =
                "SELECT * FROM deployments" + where(filter, before) + " ORDER BY id DESC LIMIT :limit OFFSET :offset";
        return database.read(session -> bind(session.query(sql), filter, before)
                .bind("limit", limit)
                .bind("offset", offset)
                .map(DeploymentRows::map)
                .list());
    }

    @Override
    public long count(DeploymentFilter filter) {
        String sql = "SELECT count(*) FROM deployments" + where(filter, null);
        return database.read(session ->
                bind(session.query(sql), filter, null).mapTo(long.class).one());
    }

    @Override
    public boolean transition(DeploymentId id, DeploymentState from, DeploymentState to) {
        DeploymentRows.Columns before = DeploymentRows.Columns.of(from);
        DeploymentRows.Columns after = DeploymentRows.Columns.of(to);
        if (from instanceof DeploymentState.Finished) {
            return false;
        }
        boolean pending = from instanceof DeploymentState.Pending;
        String sql = pending
                ? TRANSITION + " AND COALESCE(checks_until, 0) = :fromChecksUntil"
                : TRANSITION + " AND started_at = :fromStartedAt AND node = :fromNode";
        return database.write(session -> {
            var update = session.update(sql)
                    .bind("id", id.value())
                    .bind("status", after.status())
                    .bind("startedAt", after.startedAt())
                    .bind("node", after.node())
                    .bind("finishedAt", after.finishedAt())
                    .bind("exitCode", after.exitCode())
                    .bind("reason", session.dialect().text(after.reason()))
                    .bind("checksUntil", after.checksUntil())
                    .bind("fromStatus", before.status());
            if (pending) {
                update.bind("fromChecksUntil", before.checksUntil() == null ? 0L : before.checksUntil());
            } else {
                update.bind("fromStartedAt", before.startedAt()).bind("fromNode", before.node());
            }
            return update.execute() > 0;
        });
    }

    @Override
    public void recordCommit(DeploymentId id, Commit commit) {
        database.write(session -> session.update("""
            UPDATE deployments SET commit_sha = :sha, commit_message = :message, commit_author = :author
            WHERE id = :id\
            """)
                .bind("id", id.value())
                .bind("sha", commit.sha().value())
                .bind("message", session.dialect().text(commit.message()))
                .bind("author", session.dialect().text(commit.author()))
                .execute());
    }

    /** The record goes at once, the log in steps: one of a million lines would make all other writers wait. */
    @Override
    public boolean remove(DeploymentId id) {
        boolean removed = database.write(session -> {
            int rows = session.update("DELETE FROM deployments WHERE id = :id AND status <> 'in_progress'")
                    .bind("id", id.value())
                    .execute();
            return rows > 0 && RemovedLogs.note(session, id.log());
        });
        if (removed) {
            logs.remove(id.log());
        }
        return removed;
    }

    private static String where(DeploymentFilter filter, @Nullable DeploymentId before) {
        List<String> conditions = new ArrayList<>();
        if (filter.repository() != null) {
            conditions.add("repository_key = :repository");
        }
        if (filter.branch() != null) {
            conditions.add("branch = :branch");
        }
        if (filter.status() != null) {
            conditions.add("status = :status");
        }
        if (before != null) {
            conditions.add("id < :before");
        }
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private static Query bind(Query query, DeploymentFilter filter, @Nullable DeploymentId before) {
        if (filter.repository() != null) {
            query.bind("repository", filter.repository().key());
        }
        if (filter.branch() != null) {
            query.bind("branch", filter.branch().value());
        }
        if (filter.status() != null) {
            query.bind("status", filter.status().label());
        }
        if (before != null) {
            query.bind("before", before.value());
        }
        return query;
    }
}
