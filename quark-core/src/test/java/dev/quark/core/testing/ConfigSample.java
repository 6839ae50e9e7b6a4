package dev.quark.core.testing;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigName;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.config.GitHubSettings;
import dev.quark.core.config.ServiceSettings;
import dev.quark.core.config.WorkingDirectory;
import dev.quark.core.environment.Environment;
import dev.quark.core.source.BranchPattern;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.PathFilters;
import dev.quark.core.source.RepositoryName;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes a config out of another one by saying what differs. */
public final class ConfigSample {

    private ConfigId id;
    private RepositoryName repository;
    private @Nullable Long repositoryId;
    private BranchPattern branch;
    private ConfigName name;
    private boolean autoDeploy;
    private GitHubSettings github;
    private final String command;
    private final Environment environment;
    private @Nullable CloneUrl cloneUrl;
    private final WorkingDirectory directory;
    private PathFilters filters;
    private Duration timeout;
    private int keepReleases;
    private @Nullable ServiceSettings service;
    private Instant createdAt;
    private Instant updatedAt;

    private ConfigSample(DeploymentConfig config) {
        this.id = config.id();
        this.repository = config.repository();
        this.repositoryId = config.repositoryId();
        this.branch = config.branch();
        this.name = config.name();
        this.autoDeploy = config.autoDeploy();
        this.github = config.github();
        this.command = config.deployCommand();
        this.environment = config.environment();
        this.cloneUrl = config.cloneUrl();
        this.directory = config.workingDirectory();
        this.filters = config.pathFilters();
        this.timeout = config.timeout();
        this.keepReleases = config.keepReleases();
        this.service = config.service();
        this.createdAt = config.createdAt();
        this.updatedAt = config.updatedAt();
    }

    /** A config as another one. */
    public static ConfigSample like(DeploymentConfig config) {
        return new ConfigSample(config);
    }

    /** A config with a new id, of a repository on GitHub, that has no setting but its defaults. */
    public static ConfigSample plain(RepositoryName repository) {
        return new ConfigSample(new DeploymentConfig(
                new ConfigId(Samples.id()),
                repository,
                1L,
                new BranchPattern("main"),
                ConfigName.DEFAULT,
                false,
                GitHubSettings.DEFAULT,
                DeploymentConfig.DEFAULT_COMMAND,
                Environment.EMPTY,
                null,
                WorkingDirectory.ROOT,
                PathFilters.ALL,
                DeploymentConfig.DEFAULT_TIMEOUT,
                DeploymentConfig.DEFAULT_KEEP_RELEASES,
                null,
                Samples.NOW,
                Samples.NOW));
    }

    /** Another id. */
    public ConfigSample id(ConfigId value) {
        id = value;
        return this;
    }

    /** A repository on GitHub instead of another source. */
    public ConfigSample onGitHub() {
        repositoryId = 1L;
        cloneUrl = null;
        return this;
    }

    /** Another source than GitHub; null for GitHub. */
    public ConfigSample cloneUrl(@Nullable CloneUrl value) {
        cloneUrl = value;
        return this;
    }

    /** Another branch or glob. */
    public ConfigSample branch(String value) {
        branch = new BranchPattern(value);
        return this;
    }

    /** Another name. */
    public ConfigSample name(String value) {
        name = new ConfigName(value);
        return this;
    }

    /** Whether a push causes a deployment. */
    public ConfigSample autoDeploy(boolean value) {
        autoDeploy = value;
        return this;
    }

    /** What GitHub is asked and shown. */
    public ConfigSample github(boolean requireChecks, @Nullable String environmentUrl) {
        github = new GitHubSettings(requireChecks, environmentUrl);
        return this;
    }

    /** Other path filters. */
    public ConfigSample pathFilters(PathFilters value) {
        filters = value;
        return this;
    }

    /** Another limit of time. */
    public ConfigSample timeout(Duration value) {
        timeout = value;
        return this;
    }

    /** Another number of releases to keep. */
    public ConfigSample keepReleases(int value) {
        keepReleases = value;
        return this;
    }

    /** Another service, or none. */
    public ConfigSample service(@Nullable ServiceSettings value) {
        service = value;
        return this;
    }

    /** Made and changed at other times. */
    public ConfigSample at(Instant created, Instant updated) {
        createdAt = created;
        updatedAt = updated;
        return this;
    }

    /** The config. */
    public DeploymentConfig make() {
        return new DeploymentConfig(
                id,
                repository,
                repositoryId,
                branch,
                name,
                autoDeploy,
                github,
                command,
                environment,
                cloneUrl,
                directory,
                filters,
                timeout,
                keepReleases,
                service,
                createdAt,
                updatedAt);
    }
}
