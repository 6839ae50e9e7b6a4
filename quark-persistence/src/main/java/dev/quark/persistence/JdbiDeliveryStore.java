package dev.quark.persistence;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigName;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.source.BranchPattern;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.webhook.AutoDeployRule;
import dev.quark.core.webhook.Delivery;
import dev.quark.core.webhook.DeliveryStore;
import dev.quark.core.webhook.PushPlan;
import dev.quark.core.webhook.StoredDelivery;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

final class JdbiDeliveryStore implements DeliveryStore {

    private static final String INSERT = """
            INSERT INTO deliveries (id, event, repository, received_at, action, verdicts, headers, payload)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING""";

    private static final String RULES = """
        SELECT id, repository, branch, name, auto_deploy, require_checks, path_filters FROM configs
        WHERE repository_key = ? ORDER BY id\
        """;

    private static final String CAUSED = "SELECT id FROM deployments WHERE delivery_id = ? ORDER BY id";

    private static final String SUPERSEDED = """
        SELECT id FROM deployments WHERE superseded_by IN (SELECT id FROM deployments WHERE delivery_id = ?)
        ORDER BY id\
        """;

    private final Database database;

    JdbiDeliveryStore(Database database) {
        this.database = database;
    }

    @Override
    public Accepted accept(Delivery delivery, PushPlanner planner) {
        String headers = DeliveryRows.json(delivery.headers());
        return database.write(session -> {
            String action = action(session, delivery.id());
            if (action != null) {
                return first(session, delivery.id(), action);
            }
            PushPlan plan = planner.plan(rules(session, delivery.repository()));
            Superseding.lock(session, plan);
            plan = SameCommit.leaveOut(session, plan);
            if (!insert(session, delivery, headers, plan)) {
                // Another node stored it while this one planned; nothing came of the plan.
                return first(session, delivery.id(), String.valueOf(action(session, delivery.id())));
            }
            List<DeploymentId> superseded = Superseding.supersede(session, plan, delivery.receivedAt());
            for (Deployment deployment : plan.deployments()) {
                DeploymentRows.insert(session, deployment, delivery.id());
            }
            List<DeploymentId> caused =
                    plan.deployments().stream().map(Deployment::id).toList();
            return new Accepted(caused, superseded, plan.action(), false);
        });
    }

    @Override
    public List<StoredDelivery> list(@Nullable RepositoryName repository, int limit, long offset) {
        return database.read(session -> DeliveryRows.list(session, repository, limit, offset));
    }

    @Override
    public long count(@Nullable RepositoryName repository) {
        return database.read(session -> DeliveryRows.count(session, repository));
    }

    @Override
    public Optional<StoredDelivery> find(String id) {
        return database.read(session -> DeliveryRows.find(session, id));
    }

    @Override
    public boolean prune(Instant before, int limit) {
        return database.write(session -> session.update("""
            DELETE FROM deliveries WHERE id IN
                (SELECT id FROM deliveries WHERE received_at < :before ORDER BY received_at LIMIT :limit)\
            """)
                        .bind("before", before.toEpochMilli())
                        .bind("limit", limit)
                        .execute()
                >= limit);
    }

    private static boolean insert(Session session, Delivery delivery, String headers, PushPlan plan)
            throws SQLException {
        RepositoryName repository = delivery.repository();
        PreparedStatement insert = session.prepare(INSERT);
        insert.setString(1, delivery.id());
        insert.setString(2, delivery.event());
        insert.setString(3, repository == null ? null : repository.value());
        insert.setLong(4, delivery.receivedAt().toEpochMilli());
        insert.setString(5, session.dialect().text(plan.action()));
        insert.setString(6, session.dialect().text(DeliveryRows.json(plan.verdicts())));
        insert.setString(7, headers);
        insert.setBytes(8, delivery.payload());
        int rows = insert.executeUpdate();
        insert.clearParameters();
        return rows > 0;
    }

    private static @Nullable String action(Session session, String id) throws SQLException {
        PreparedStatement select = session.prepare("SELECT action FROM deliveries WHERE id = ?");
        select.setString(1, id);
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? row.getString(1) : null;
        }
    }

    private static Accepted first(Session session, String id, String action) throws SQLException {
        return new Accepted(ids(session, CAUSED, id), ids(session, SUPERSEDED, id), action, true);
    }

    static List<DeploymentId> caused(Session session, String delivery) throws SQLException {
        return ids(session, CAUSED, delivery);
    }

    private static List<DeploymentId> ids(Session session, String sql, String delivery) throws SQLException {
        PreparedStatement select = session.prepare(sql);
        select.setString(1, delivery);
        List<DeploymentId> ids = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                ids.add(new DeploymentId(UUID.fromString(rows.getString(1))));
            }
        }
        return ids;
    }

    private static List<AutoDeployRule> rules(Session session, @Nullable RepositoryName repository)
            throws SQLException {
        if (repository == null) {
            return List.of();
        }
        PreparedStatement select = session.prepare(RULES);
        select.setString(1, repository.key());
        List<AutoDeployRule> rules = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                rules.add(new AutoDeployRule(
                        new ConfigId(UUID.fromString(row.getString(1))),
                        new RepositoryName(row.getString(2)),
                        new BranchPattern(row.getString(3)),
                        new ConfigName(row.getString(4)),
                        row.getBoolean(5),
                        row.getBoolean(6),
                        ConfigRows.pathFilters(row.getString(7))));
            }
        }
        return rules;
    }
}
