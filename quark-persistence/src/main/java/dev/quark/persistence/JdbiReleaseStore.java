package dev.quark.persistence;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.WorkingDirectory;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.Release;
import dev.quark.core.deployment.ReleaseStore;
import dev.quark.core.secret.SecretBox;
import dev.quark.core.source.CloneUrl;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

final class JdbiReleaseStore implements ReleaseStore {

    private final Database database;
    private final SealedVariables variables;

    JdbiReleaseStore(Database database, SecretBox secrets) {
        this.database = database;
        this.variables = new SealedVariables(secrets, "release_variables", "deployment_id", "release");
    }

    @Override
    public void save(Release release) {
        String id = release.deployment().toString();
        database.write(session -> {
            Handle handle = session.handle();
            handle.execute("DELETE FROM releases WHERE deployment_id = ?", id);
            handle.execute(
                    "INSERT INTO releases (deployment_id, config_id, deploy_command, clone_url, working_directory,"
                            + " plain_variables, timeout_seconds, keep_releases, created_at)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    id,
                    release.config().toString(),
                    release.command(),
                    release.source().value(),
                    release.workingDirectory().value(),
                    SealedVariables.plain(release.environment()),
                    release.timeout().toSeconds(),
                    release.keepReleases(),
                    release.createdAt().toEpochMilli());
            variables.replace(handle, id, release.environment());
            return true;
        });
    }

    @Override
    public Optional<Release> find(DeploymentId deployment) {
        return database.read(session -> session.handle()
                .createQuery("SELECT * FROM releases WHERE deployment_id = ?")
                .bind(0, deployment.toString())
                .map((row, ignored) -> release(session.handle(), deployment, row))
                .findOne());
    }

    private Release release(Handle handle, DeploymentId deployment, ResultSet row) throws SQLException {
        return new Release(
                deployment,
                new ConfigId(UUID.fromString(row.getString("config_id"))),
                row.getString("deploy_command"),
                variables.read(handle, deployment.toString(), row.getString("plain_variables")),
                new CloneUrl(row.getString("clone_url")),
                new WorkingDirectory(row.getString("working_directory")),
                Duration.ofSeconds(row.getLong("timeout_seconds")),
                row.getInt("keep_releases"),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }
}
