package dev.quark.persistence;

import dev.quark.core.config.ConfigStore;
import dev.quark.core.deployment.DeploymentQueue;
import dev.quark.core.deployment.DeploymentStore;
import dev.quark.core.deployment.ReleaseStore;
import dev.quark.core.identity.AuditLog;
import dev.quark.core.identity.UserStore;
import dev.quark.core.log.LogStore;
import dev.quark.core.secret.SecretBox;
import dev.quark.core.webhook.DeliveryStore;

/** The stores, on one database. Safe for use by many threads. */
public final class Persistence implements AutoCloseable {

    private final Database database;
    private final JdbiConfigStore configs;
    private final JdbiDeploymentStore deployments;
    private final JdbiDeploymentQueue queue;
    private final JdbiReleaseStore releases;
    private final JdbiLogStore logs;
    private final JdbiDeliveryStore deliveries;
    private final JdbiUserStore users;
    private final JdbiAuditLog audit;

    private Persistence(Database database, SecretBox secrets) {
        this.database = database;
        configs = new JdbiConfigStore(database, secrets);
        logs = new JdbiLogStore(database);
        deployments = new JdbiDeploymentStore(database, logs);
        queue = new JdbiDeploymentQueue(database);
        releases = new JdbiReleaseStore(database, secrets);
        deliveries = new JdbiDeliveryStore(database);
        users = new JdbiUserStore(database);
        audit = new JdbiAuditLog(database);
    }

    /**
     * Opens a database, makes it where it isn't there (SQLite), and brings it to this version.
     *
     * @throws dev.quark.core.problem.InvalidException where it is of a newer version
     */
    public static Persistence open(Settings settings, SecretBox secrets) {
        return new Persistence(settings.open(), secrets);
    }

    /** The configs. */
    public ConfigStore configs() {
        return configs;
    }

    /** The deployments. */
    public DeploymentStore deployments() {
        return deployments;
    }

    /** The deployments as a queue. */
    public DeploymentQueue queue() {
        return queue;
    }

    /** What releases were made with. */
    public ReleaseStore releases() {
        return releases;
    }

    /** The logs. */
    public LogStore logs() {
        return logs;
    }

    /** The deliveries. */
    public DeliveryStore deliveries() {
        return deliveries;
    }

    /** The users. */
    public UserStore users() {
        return users;
    }

    /** Who did what. */
    public AuditLog audit() {
        return audit;
    }

    /** Whether the database answers now. */
    public boolean isReachable() {
        try {
            return database.read(session -> session.handle()
                            .createQuery("SELECT 1")
                            .mapTo(Integer.class)
                            .one())
                    == 1;
        } catch (RuntimeException e) {
            return false;
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
