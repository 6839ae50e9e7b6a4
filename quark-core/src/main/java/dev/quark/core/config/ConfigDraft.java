package dev.quark.core.config;

import dev.quark.core.environment.Environment;
import dev.quark.core.source.BranchPattern;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.PathFilters;
import dev.quark.core.source.RepositoryName;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The part of a config that its user chooses; everything but id and times.
 *
 * @see DeploymentConfig
 */
public record ConfigDraft(
        RepositoryName repository,
        @Nullable Long repositoryId,
        BranchPattern branch,
        ConfigName name,
        boolean autoDeploy,
        GitHubSettings github,
        String deployCommand,
        Environment environment,
        @Nullable CloneUrl cloneUrl,
        WorkingDirectory workingDirectory,
        PathFilters pathFilters,
        Duration timeout,
        int keepReleases,
        @Nullable ServiceSettings service) {

    /** A draft in which all but the repository and its source has its default. */
    public static ConfigDraft of(RepositoryName repository, @Nullable Long repositoryId, @Nullable CloneUrl cloneUrl) {
        return new ConfigDraft(
                repository,
                repositoryId,
                new BranchPattern("main"),
                ConfigName.DEFAULT,
                false,
                GitHubSettings.DEFAULT,
                DeploymentConfig.DEFAULT_COMMAND,
                Environment.EMPTY,
                cloneUrl,
                WorkingDirectory.ROOT,
                PathFilters.ALL,
                DeploymentConfig.DEFAULT_TIMEOUT,
                DeploymentConfig.DEFAULT_KEEP_RELEASES,
                null);
    }

    /** What a config's user chose. */
    public static ConfigDraft of(DeploymentConfig config) {
        return new ConfigDraft(
                config.repository(),
                config.repositoryId(),
                config.branch(),
                config.name(),
                config.autoDeploy(),
                config.github(),
                config.deployCommand(),
                config.environment(),
                config.cloneUrl(),
                config.workingDirectory(),
                config.pathFilters(),
                config.timeout(),
                config.keepReleases(),
                config.service());
    }

    /** The config that has these choices. */
    DeploymentConfig toConfig(ConfigId id, Instant createdAt, Instant updatedAt) {
        return new DeploymentConfig(
                id,
                repository,
                repositoryId,
                branch,
                name,
                autoDeploy,
                github,
                deployCommand,
                environment,
                cloneUrl,
                workingDirectory,
                pathFilters,
                timeout,
                keepReleases,
                service,
                createdAt,
                updatedAt);
    }
}
