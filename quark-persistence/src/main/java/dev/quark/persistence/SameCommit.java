package dev.quark.persistence;

import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.source.Commit;
import dev.quark.core.webhook.PushPlan;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Leaves out of a plan what is deployed already, because QUARK both saw a branch move and was told of it. */
final class SameCommit {

    private static final String ANY = """
            SELECT id FROM deployments WHERE config_id = ? AND commit_sha = ? ORDER BY id DESC LIMIT 1""";

    private static final String CAUGHT_UP = """
            SELECT id FROM deployments WHERE config_id = ? AND commit_sha = ? AND cause = 'catch_up'
            ORDER BY id DESC LIMIT 1""";

    private static final String NEWER = "SELECT 1 FROM deployments WHERE config_id = ? AND id > ? LIMIT 1";

    private SameCommit() {}

    /** The plan without the deployments of commits that their configs have; the configs are locked. */
    static PushPlan leaveOut(Session session, PushPlan plan) throws SQLException {
        PushPlan rest = plan;
        for (Deployment deployment : plan.deployments()) {
            ConfigId config = deployment.config();
            Commit commit = deployment.commit();
            DeploymentId same = config == null || commit == null ? null : same(session, deployment, config, commit);
            if (config != null && same != null) {
                rest = rest.without(config, same);
            }
        }
        return rest;
    }

    private static @Nullable DeploymentId same(Session session, Deployment deployment, ConfigId config, Commit commit)
            throws SQLException {
        if (deployment.trigger() == Trigger.CATCH_UP) {
            return find(session, ANY, config, commit);
        }
        DeploymentId caughtUp = find(session, CAUGHT_UP, config, commit);
        return caughtUp == null || isFollowed(session, config, caughtUp) ? null : caughtUp;
    }

    private static @Nullable DeploymentId find(Session session, String sql, ConfigId config, Commit commit)
            throws SQLException {
        PreparedStatement select = session.prepare(sql);
        session.set(select, 1, config.value());
        select.setString(2, commit.sha().value());
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? new DeploymentId(UUID.fromString(row.getString(1))) : null;
        }
    }

    private static boolean isFollowed(Session session, ConfigId config, DeploymentId deployment) throws SQLException {
        PreparedStatement select = session.prepare(NEWER);
        session.set(select, 1, config.value());
        session.set(select, 2, deployment.value());
        try (ResultSet row = select.executeQuery()) {
            return row.next();
        }
    }
}
