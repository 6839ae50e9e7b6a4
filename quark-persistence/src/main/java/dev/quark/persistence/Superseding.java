package dev.quark.persistence;

import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.webhook.PushPlan;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** Makes room for the deployments that a push causes: those of earlier pushes that still wait are cancelled. */
final class Superseding {

    private static final String LOCK = "SELECT 1 FROM configs WHERE id = ?";

    private static final String WAITING = """
            SELECT id, checks_until FROM deployments
            WHERE config_id = ? AND status = 'pending' AND cause IN ('push', 'catch_up') ORDER BY id""";

    private static final String RUNNING = "SELECT 1 FROM deployments WHERE config_id = ? AND status = 'in_progress'";

    private static final String CANCEL = """
        UPDATE deployments SET status = 'cancelled', finished_at = ?, reason = ?, superseded_by = ?, checks_until = NULL
        WHERE id = ? AND status = 'pending'\
        """;

    private Superseding() {}

    /**
     * Makes pushes to the same config come one after the other from here to the end of their transactions. The locks are
     * taken in one order, so that two of them never wait for each other.
     */
    static void lock(Session session, PushPlan plan) throws SQLException {
        List<ConfigId> configs = plan.deployments().stream()
                .map(Deployment::config)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(ConfigId::value))
                .toList();
        for (ConfigId config : configs) {
            exists(session, LOCK + session.dialect().forNoKeyUpdate, config);
        }
    }

    /** Cancels what a plan's deployments take the place of; their configs are locked. */
    static List<DeploymentId> supersede(Session session, PushPlan plan, Instant at) throws SQLException {
        List<DeploymentId> superseded = new ArrayList<>();
        for (Deployment deployment : plan.deployments()) {
            ConfigId config = deployment.config();
            if (config != null) {
                superseded.addAll(supersede(session, config, deployment.id(), at));
            }
        }
        return superseded;
    }

    private static List<DeploymentId> supersede(Session session, ConfigId config, DeploymentId newer, Instant at)
            throws SQLException {
        List<Waiting> waiting = waiting(session, config);
        // Where nothing runs, the oldest that waits for nothing else is about to be started and stays.
        boolean starting = waiting.stream().anyMatch(Waiting::forItsTurn) && !exists(session, RUNNING, config);
        List<DeploymentId> superseded = new ArrayList<>();
        for (Waiting older : waiting) {
            if (starting && older.forItsTurn()) {
                starting = false;
            } else if (cancel(session, older.id(), newer, at)) {
                superseded.add(older.id());
            }
        }
        return superseded;
    }

    private static boolean cancel(Session session, DeploymentId id, DeploymentId newer, Instant at)
            throws SQLException {
        PreparedStatement cancel = session.prepare(CANCEL);
        cancel.setLong(1, at.toEpochMilli());
        cancel.setString(2, "superseded by deployment " + newer);
        session.set(cancel, 3, newer.value());
        session.set(cancel, 4, id.value());
        return cancel.executeUpdate() > 0;
    }

    private record Waiting(DeploymentId id, boolean forItsTurn) {}

    private static List<Waiting> waiting(Session session, ConfigId config) throws SQLException {
        PreparedStatement select = session.prepare(WAITING);
        session.set(select, 1, config.value());
        List<Waiting> waiting = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                DeploymentId id = new DeploymentId(UUID.fromString(rows.getString(1)));
                waiting.add(new Waiting(id, rows.getObject(2) == null));
            }
        }
        return waiting;
    }

    private static boolean exists(Session session, String sql, ConfigId config) throws SQLException {
        PreparedStatement select = session.prepare(sql);
        session.set(select, 1, config.value());
        try (ResultSet row = select.executeQuery()) {
            return row.next();
        }
    }
}
