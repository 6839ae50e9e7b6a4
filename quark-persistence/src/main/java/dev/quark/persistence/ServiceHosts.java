package dev.quark.persistence;

import dev.quark.core.config.ConfigName;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.config.HostPattern;
import dev.quark.core.config.PathPrefix;
import dev.quark.core.config.ServiceSettings;
import dev.quark.core.problem.ConflictException;

/** Which config has which host and path: each is one config's. */
final class ServiceHosts {

    private static final String CLAIM = """
            INSERT INTO service_hosts (host, path_prefix, config_id) VALUES (:host, :prefix, :config)
            ON CONFLICT (host, path_prefix) DO NOTHING""";

    private static final String OWNER = """
            SELECT c.repository, c.branch, c.name FROM service_hosts h JOIN configs c ON c.id = h.config_id
            WHERE h.host = :host AND h.path_prefix = :prefix""";

    private ServiceHosts() {}

    /**
     * Gives a config the hosts that it names, and takes from it those that it had.
     *
     * @throws ConflictException where another config has one of them
     */
    static void claim(Session session, DeploymentConfig config) {
        session.update("DELETE FROM service_hosts WHERE config_id = :config")
                .bind("config", config.id().value())
                .execute();
        ServiceSettings service = config.service();
        if (service == null) {
            return;
        }
        for (HostPattern host : service.hosts()) {
            int claimed = session.update(CLAIM)
                    .bind("host", host.value())
                    .bind("prefix", service.pathPrefix().value())
                    .bind("config", config.id().value())
                    .execute();
            if (claimed == 0) {
                throw taken(session, host, service.pathPrefix());
            }
        }
    }

    private static ConflictException taken(Session session, HostPattern host, PathPrefix prefix) {
        return session.query(OWNER)
                .bind("host", host.value())
                .bind("prefix", prefix.value())
                .map((row, context) -> DeploymentConfig.hostTaken(
                        host,
                        prefix,
                        row.getString("repository"),
                        row.getString("branch"),
                        new ConfigName(row.getString("name"))))
                .findFirst()
                .orElseGet(() -> new ConflictException("Another config claims " + host + prefix + ": try again."));
    }
}
