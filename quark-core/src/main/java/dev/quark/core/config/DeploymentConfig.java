package dev.quark.core.config;

import dev.quark.core.environment.Environment;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.source.BranchPattern;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.PathFilters;
import dev.quark.core.source.RepositoryName;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is deployed, from where, and how. Unique by repository, branch and name.
 *
 * @param id the config's id
 * @param repository the repository
 * @param repositoryId GitHub's number of the repository; null where {@code cloneUrl} is given instead
 * @param branch the branch, or a glob over branches
 * @param name the environment that is deployed to
 * @param autoDeploy whether a push causes a deployment
 * @param github what GitHub is asked and shown
 * @param deployCommand a shell command, run in the checkout
 * @param environment the command's variables
 * @param cloneUrl another source than GitHub; null for GitHub
 * @param workingDirectory where in the checkout the command is run
 * @param pathFilters which changed files make a push worth deploying
 * @param timeout how long the command may take: 1 s to 24 h
 * @param keepReleases how many releases are kept beside the current one's: 1 to 100
 * @param service how the app is run and reached; null where QUARK runs none
 * @param createdAt when the config was made
 * @param updatedAt when it was last changed
 */
public record DeploymentConfig(
        ConfigId id,
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
        @Nullable ServiceSettings service,
        Instant createdAt,
        Instant updatedAt) {

    /** What is run where a config names no command. */
    public static final String DEFAULT_COMMAND = "./deploy.sh";

    /** How long a command may take where a config doesn't say. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(30);

    /** How many releases are kept where a config doesn't say. */
    public static final int DEFAULT_KEEP_RELEASES = 5;

    /** @throws InvalidException for a command, a time or a number outside its range */
    public DeploymentConfig {
        if (deployCommand.isBlank() || deployCommand.length() > 10_000 || deployCommand.indexOf('\0') >= 0) {
            throw new InvalidException("deploy_command", "must be a shell command of 1 to 10000 characters");
        }
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new InvalidException("timeout_seconds", "must be 1 to 86400");
        }
        if (keepReleases < 1 || keepReleases > 100) {
            throw new InvalidException("keep_releases", "must be 1 to 100");
        }
        if (repositoryId == null && cloneUrl == null) {
            throw new InvalidException("repo_id", "is required unless clone_url is given");
        }
    }

    /** What is thrown where another config has one of a service's hosts with the same path. */
    public static ConflictException hostTaken(
            HostPattern host, PathPrefix prefix, String repository, String branch, ConfigName name) {
        return new ConflictException(
                "The config \"" + name + "\" for " + repository + " and branch " + branch + " answers for " + host
                        + prefix + " already: choose another host or path_prefix, or change that config.");
    }

    /** Where what it deploys can be seen: its own address, else that of its service's first host; null where it has none. */
    public @Nullable String shownAt() {
        ServiceSettings app = service;
        if (github.environmentUrl() != null || app == null) {
            return github.environmentUrl();
        }
        return app.hosts().stream()
                .map(HostPattern::value)
                .filter(host -> !host.startsWith("*"))
                .findFirst()
                .map(host -> "https://" + host + app.pathPrefix())
                .orElse(null);
    }

    /** This config with other variables. */
    public DeploymentConfig withEnvironment(Environment changed, Instant at) {
        return new DeploymentConfig(
                id,
                repository,
                repositoryId,
                branch,
                name,
                autoDeploy,
                github,
                deployCommand,
                changed,
                cloneUrl,
                workingDirectory,
                pathFilters,
                timeout,
                keepReleases,
                service,
                createdAt,
                at);
    }
}
