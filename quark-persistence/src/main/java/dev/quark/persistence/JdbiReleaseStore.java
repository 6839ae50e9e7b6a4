package dev.quark.persistence;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.WorkingDirectory;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.Release;
import dev.quark.core.deployment.ReleaseStore;
import dev.quark.core.environment.Environment;
import dev.quark.core.environment.VariableName;
import dev.quark.core.secret.Secret;
import dev.quark.core.secret.SecretBox;
import dev.quark.core.source.CloneUrl;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

final class JdbiReleaseStore implements ReleaseStore {

    private static final String SAVE = """
            INSERT INTO releases (deployment_id, config_id, folder_id, command, plain_variables, source, working_directory, timeout_ms,
                keep_releases, service, created_at)
            VALUES (:deployment, :config, :folder, :command, :plainVariables, :source, :workingDirectory, :timeoutMs, :keepReleases,
                :service, :createdAt)
            ON CONFLICT (deployment_id) DO UPDATE SET config_id = excluded.config_id, folder_id = excluded.folder_id, command = excluded.command,
                plain_variables = excluded.plain_variables, source = excluded.source,
                working_directory = excluded.working_directory, timeout_ms = excluded.timeout_ms,
                keep_releases = excluded.keep_releases, service = excluded.service,
                created_at = excluded.created_at""";

    private final Database database;
    private final SealedVariables variables;

    JdbiReleaseStore(Database database, SecretBox secrets) {
        this.database = database;
        this.variables = new SealedVariables(secrets, "release", "release_variables", "deployment_id");
    }

    @Override
    public void save(Release release) {
        database.write(session -> {
            session.update(SAVE)
                    .bind("deployment", release.deployment().value())
                    .bind("config", release.config().value())
                    .bind("folder", release.folder().value())
                    .bind("command", release.command())
                    .bind("plainVariables", Plain.column(release.environment()))
                    .bind("source", release.source().value())
                    .bind("workingDirectory", release.workingDirectory().value())
                    .bind("timeoutMs", release.timeout().toMillis())
                    .bind("keepReleases", release.keepReleases())
                    .bind("service", ServiceColumn.write(release.service()))
                    .bind("createdAt", release.createdAt().toEpochMilli())
                    .execute();
            variables.replace(session, release.deployment().value(), release.environment());
            return true;
        });
    }

    @Override
    public Optional<Release> find(DeploymentId deployment) {
        UUID id = deployment.value();
        return database.read(session -> {
            TreeMap<VariableName, Secret> values = new TreeMap<>();
            session.query("SELECT name, sealed FROM release_variables WHERE deployment_id = :id")
                    .bind("id", id)
                    .map((row, context) -> values.put(
                            new VariableName(row.getString("name")),
                            variables.open(id, row.getString("name"), row.getBytes("sealed"))))
                    .list();
            return session.query("SELECT * FROM releases WHERE deployment_id = :id")
                    .bind("id", id)
                    .map((row, context) -> release(deployment, row, values))
                    .findOne();
        });
    }

    private static Release release(DeploymentId deployment, ResultSet row, SortedMap<VariableName, Secret> values)
            throws SQLException {
        return new Release(
                deployment,
                new ConfigId(UUID.fromString(row.getString("config_id"))),
                new DeploymentId(UUID.fromString(row.getString("folder_id"))),
                row.getString("command"),
                new Environment(values, Plain.names(row.getString("plain_variables"))),
                new CloneUrl(row.getString("source")),
                new WorkingDirectory(row.getString("working_directory")),
                Duration.ofMillis(row.getLong("timeout_ms")),
                row.getInt("keep_releases"),
                ServiceColumn.read(row.getString("service")),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }
}
