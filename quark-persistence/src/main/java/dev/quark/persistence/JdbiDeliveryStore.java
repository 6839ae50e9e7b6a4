package dev.quark.persistence;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigName;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.source.BranchPattern;
import dev.quark.core.source.PathFilters;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.webhook.AutoDeployRule;
import dev.quark.core.webhook.Delivery;
import dev.quark.core.webhook.DeliveryStore;
import dev.quark.core.webhook.PushPlan;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

final class JdbiDeliveryStore implements DeliveryStore {

    private static final String INSERT =
            "INSERT INTO deliveries (id, event, repo_full_name, received_at, headers, action,"
                    + " payload) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    private static final String RULES = "SELECT id, repo_full_name, branch, name, auto_deploy, path_filters"
            + " FROM deployment_configs WHERE repo_key = ? ORDER BY id";

    private final Database database;

    JdbiDeliveryStore(Database database) {
        this.database = database;
    }

    @Override
    public Accepted accept(Delivery delivery, PushPlanner planner) {
        String headers = delivery.headers().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(header -> header.getKey() + ": " + header.getValue())
                .collect(Collectors.joining("\n"));
        return database.write(session -> {
            try {
                if (isStored(session, delivery.id())) {
                    return first(session.handle(), delivery.id());
                }
                PushPlan plan = planner.plan(rules(session, delivery.repository()));
                return insert(session, delivery, headers, plan.action())
                        ? queue(session.handle(), delivery, plan)
                        : first(session.handle(), delivery.id());
            } catch (SQLException e) {
                throw new DatabaseException(e);
            }
        });
    }

    private static boolean isStored(Session session, String id) throws SQLException {
        PreparedStatement query = session.prepared("SELECT 1 FROM deliveries WHERE id = ?");
        query.setString(1, id);
        try (ResultSet row = query.executeQuery()) {
            return row.next();
        }
    }

    private static List<AutoDeployRule> rules(Session session, @Nullable RepositoryName repository)
            throws SQLException {
        List<AutoDeployRule> rules = new ArrayList<>();
        if (repository == null) {
            return rules;
        }
        PreparedStatement query = session.prepared(RULES);
        query.setString(1, repository.key());
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                rules.add(new AutoDeployRule(
                        new ConfigId(UUID.fromString(row.getString(1))),
                        new RepositoryName(row.getString(2)),
                        new BranchPattern(row.getString(3)),
                        new ConfigName(row.getString(4)),
                        row.getInt(5) == 1,
                        new PathFilters(Rows.texts(row.getString(6)))));
            }
        }
        return rules;
    }

    /** False where another process stored a delivery with this id in this moment. */
    private static boolean insert(Session session, Delivery delivery, String headers, String action)
            throws SQLException {
        PreparedStatement insert = session.prepared(INSERT);
        insert.setString(1, delivery.id());
        insert.setString(2, delivery.event());
        insert.setString(
                3, delivery.repository() == null ? null : delivery.repository().value());
        insert.setLong(4, delivery.receivedAt().toEpochMilli());
        insert.setString(5, headers);
        insert.setString(6, action);
        insert.setBytes(7, delivery.payload());
        return insert.executeUpdate() == 1;
    }

    private Accepted queue(Handle handle, Delivery delivery, PushPlan plan) {
        List<DeploymentId> superseded = new ArrayList<>();
        for (Deployment deployment : plan.deployments()) {
            superseded.addAll(supersede(handle, deployment, database.lock()));
            JdbiDeploymentStore.insert(handle, deployment, delivery.id());
        }
        return new Accepted(plan.deployments().stream().map(Deployment::id).toList(), superseded, plan.action(), false);
    }

    /** Cancels what earlier pushes queued for the same config, but for one that is about to be started. */
    private static List<DeploymentId> supersede(Handle handle, Deployment by, String lock) {
        String config = String.valueOf(by.config());
        handle.createQuery("SELECT id FROM deployment_configs WHERE id = ?" + lock)
                .bind(0, config)
                .mapTo(String.class)
                .findOne();
        boolean running =
                handle.createQuery("SELECT count(*) FROM deployments WHERE config_id = ? AND status = 'in_progress'")
                                .bind(0, config)
                                .mapTo(Long.class)
                                .one()
                        > 0;
        List<String> pending = handle.createQuery(
                        "SELECT id FROM deployments WHERE config_id = ? AND status = 'pending'"
                                + " AND cause = 'push' ORDER BY id")
                .bind(0, config)
                .mapTo(String.class)
                .list();
        List<String> replaced = running || pending.isEmpty() ? pending : pending.subList(1, pending.size());
        return replaced.stream()
                .filter(id -> cancel(handle, id, by))
                .map(id -> new DeploymentId(UUID.fromString(id)))
                .toList();
    }

    /** False where a node claimed it in this moment. */
    private static boolean cancel(Handle handle, String id, Deployment by) {
        return handle.execute(
                        "UPDATE deployments SET status = 'cancelled', completed_at = ?, error_message = ?,"
                                + " superseded_by = ? WHERE id = ? AND status = 'pending'",
                        by.createdAt().toEpochMilli(),
                        "superseded by deployment " + by.id(),
                        by.id().toString(),
                        id)
                == 1;
    }

    private static Accepted first(Handle handle, String delivery) {
        String action = handle.createQuery("SELECT action FROM deliveries WHERE id = ?")
                .bind(0, delivery)
                .mapTo(String.class)
                .one();
        List<DeploymentId> deployments = handle.createQuery(
                        "SELECT id FROM deployments WHERE delivery_id = ? ORDER BY id")
                .bind(0, delivery)
                .map((row, ignored) -> new DeploymentId(UUID.fromString(row.getString(1))))
                .list();
        List<DeploymentId> superseded = handle.createQuery("SELECT id FROM deployments WHERE superseded_by IN"
                        + " (SELECT id FROM deployments WHERE delivery_id = ?) ORDER BY id")
                .bind(0, delivery)
                .map((row, ignored) -> new DeploymentId(UUID.fromString(row.getString(1))))
                .list();
        return new Accepted(deployments, superseded, action, true);
    }

    @Override
    public boolean prune(Instant before, int limit) {
        int removed = database.write(session -> session.handle()
                .createUpdate("DELETE FROM deliveries WHERE id IN"
                        + " (SELECT id FROM deliveries WHERE received_at < ? ORDER BY received_at LIMIT ?)")
                .bind(0, before.toEpochMilli())
                .bind(1, limit)
                .execute());
        return removed == limit;
    }
}
