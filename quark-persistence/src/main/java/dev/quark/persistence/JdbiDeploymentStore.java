package dev.quark.persistence;

import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentFilter;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.DeploymentStore;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.source.Commit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

final class JdbiDeploymentStore implements DeploymentStore {

    private final Database database;
    private final JdbiLogStore logs;

    JdbiDeploymentStore(Database database, JdbiLogStore logs) {
        this.database = database;
        this.logs = logs;
    }

    @Override
    public void add(Deployment deployment) {
        database.write(session -> {
            insert(session.handle(), deployment, null);
            return true;
        });
    }

    /** Adds a pending deployment within a transaction. */
    static void insert(Handle handle, Deployment deployment, @Nullable String delivery) {
        if (!(deployment.state() instanceof DeploymentState.Pending) || deployment.config() == null) {
            throw new IllegalArgumentException("Only a pending deployment can be added: " + deployment.id());
        }
        if (handle.createQuery("SELECT count(*) FROM deployment_configs WHERE id = ?")
                        .bind(0, deployment.config().toString())
                        .mapTo(Integer.class)
                        .one()
                == 0) {
            throw new ConflictException("The config of this deployment was deleted in this moment.");
        }
        Commit commit = deployment.commit();
        handle.createUpdate(
                        "INSERT INTO deployments (id, config_id, repo_full_name, repo_key, branch, name, commit_sha,"
                                + " commit_message, commit_author, cause, triggered_by, delivery_id, status, created_at) VALUES"
                                + " (:id, :config, :repository, :key, :branch, :name, :sha, :message, :author, :cause, :by,"
                                + " :delivery, 'pending', :at)")
                .bind("id", deployment.id().toString())
                .bind("config", deployment.config().toString())
                .bind("repository", deployment.repository().value())
                .bind("key", deployment.repository().key())
                .bind("branch", deployment.branch().value())
                .bind("name", deployment.name().value())
                .bind("sha", commit == null ? null : commit.sha().value())
                .bind("message", commit == null ? null : commit.message())
                .bind("author", commit == null ? null : commit.author())
                .bind("cause", deployment.trigger().label())
                .bind("by", deployment.triggeredBy())
                .bind("delivery", delivery)
                .bind("at", deployment.createdAt().toEpochMilli())
                .execute();
    }

    @Override
    public Optional<Deployment> find(DeploymentId id) {
        return database.read(session -> deployment(session.handle(), id));
    }

    @Override
    public List<Deployment> list(DeploymentFilter filter, @Nullable DeploymentId before, int limit, long offset) {
        Conditions conditions = Conditions.of(filter);
        if (before != null) {
            conditions.add("id < :before", "before", before.toString());
        }
        return database.read(session -> session.handle()
                .createQuery("SELECT * FROM deployments" + conditions.where()
                        + " ORDER BY id DESC LIMIT :limit OFFSET :offset")
                .bindMap(conditions.values)
                .bind("limit", limit)
                .bind("offset", offset)
                .map((row, ignored) -> Rows.deployment(row))
                .list());
    }

    @Override
    public long count(DeploymentFilter filter) {
        Conditions conditions = Conditions.of(filter);
        return database.read(session -> session.handle()
                .createQuery("SELECT count(*) FROM deployments" + conditions.where())
                .bindMap(conditions.values)
                .mapTo(Long.class)
                .one());
    }

    @Override
    public boolean transition(DeploymentId id, DeploymentState from, DeploymentState to) {
        return database.write(session -> {
            Optional<Deployment> after = deployment(session.handle(), id)
                    .filter(before -> isStill(before.state(), from))
                    .map(before -> with(before, to));
            return after.isPresent() && update(session.handle(), after.get(), from);
        });
    }

    private static boolean update(Handle handle, Deployment after, DeploymentState from) {
        return handle.createUpdate(
                                "UPDATE deployments SET status = :to, started_at = :started, completed_at = :completed,"
                                        + " node = :node, exit_code = :code, error_message = :error"
                                        + " WHERE id = :id AND status = :from")
                        .bind("to", after.status().label())
                        .bind("started", millis(after.startedAt()))
                        .bind("completed", millis(after.completedAt()))
                        .bind("node", after.node())
                        .bind("code", after.exitCode())
                        .bind("error", after.errorMessage())
                        .bind("id", after.id().toString())
                        .bind("from", from.status().label())
                        .execute()
                == 1;
    }

    /** Whether the stored state is the one that a move begins at; times are stored to the millisecond. */
    private static boolean isStill(DeploymentState stored, DeploymentState from) {
        return switch (from) {
            case DeploymentState.Pending pending -> stored instanceof DeploymentState.Pending;
            case DeploymentState.InProgress running ->
                stored instanceof DeploymentState.InProgress now
                        && now.run().node().equals(running.run().node())
                        && now.run().startedAt().toEpochMilli()
                                == running.run().startedAt().toEpochMilli();
            case DeploymentState.Finished finished -> false;
        };
    }

    private static Deployment with(Deployment deployment, DeploymentState state) {
        return new Deployment(
                deployment.id(),
                deployment.config(),
                deployment.repository(),
                deployment.branch(),
                deployment.name(),
                deployment.commit(),
                deployment.trigger(),
                deployment.triggeredBy(),
                deployment.createdAt(),
                state,
                deployment.cancelledBy());
    }

    private static Optional<Deployment> deployment(Handle handle, DeploymentId id) {
        return handle.createQuery("SELECT * FROM deployments WHERE id = ?")
                .bind(0, id.toString())
                .map((row, ignored) -> Rows.deployment(row))
                .findOne();
    }

    @Override
    public void recordCommit(DeploymentId id, Commit commit) {
        database.write(session -> session.handle()
                .execute(
                        "UPDATE deployments SET commit_sha = ?, commit_message = ?, commit_author = ? WHERE id = ?",
                        commit.sha().value(),
                        commit.message(),
                        commit.author(),
                        id.toString()));
    }

    @Override
    public boolean remove(DeploymentId id) {
        boolean removed = database.write(session -> session.handle()
                        .execute(
                                "DELETE FROM deployments WHERE id = ? AND status <> ?",
                                id.toString(),
                                DeploymentStatus.IN_PROGRESS.label())
                == 1);
        if (removed) {
            logs.remove(id.log());
        }
        return removed;
    }

    private static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }

    /** A query's conditions, and the values that they name. */
    private static final class Conditions {

        private final List<String> conditions = new ArrayList<>();
        private final Map<String, Object> values = new HashMap<>();

        static Conditions of(DeploymentFilter filter) {
            Conditions all = new Conditions();
            if (filter.repository() != null) {
                all.add(
                        "repo_key = :repository",
                        "repository",
                        filter.repository().key());
            }
            if (filter.branch() != null) {
                all.add("branch = :branch", "branch", filter.branch().value());
            }
            if (filter.status() != null) {
                all.add("status = :status", "status", filter.status().label());
            }
            return all;
        }

        void add(String condition, String name, String value) {
            conditions.add(condition);
            values.put(name, value);
        }

        String where() {
            return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
        }
    }
}
