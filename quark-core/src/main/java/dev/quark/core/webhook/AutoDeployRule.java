package dev.quark.core.webhook;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigName;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.source.BranchPattern;
import dev.quark.core.source.PathFilters;
import dev.quark.core.source.RepositoryName;

/**
 * The part of a config that says which pushes it deploys.
 *
 * @param config the config's id
 * @param repository the repository
 * @param branch the branch, or a glob over branches
 * @param name the environment that is deployed to
 * @param autoDeploy whether a push causes a deployment
 * @param requireChecks whether a push waits for the commit's checks
 * @param pathFilters which changed files make a push worth deploying
 */
public record AutoDeployRule(
        ConfigId config,
        RepositoryName repository,
        BranchPattern branch,
        ConfigName name,
        boolean autoDeploy,
        boolean requireChecks,
        PathFilters pathFilters) {

    /** The rule of a config. */
    public static AutoDeployRule of(DeploymentConfig config) {
        return new AutoDeployRule(
                config.id(),
                config.repository(),
                config.branch(),
                config.name(),
                config.autoDeploy(),
                config.github().requireChecks(),
                config.pathFilters());
    }
}
