package dev.quark.core.deployment;

import dev.quark.core.source.BranchName;
import dev.quark.core.source.RepositoryName;
import org.jspecify.annotations.Nullable;

/**
 * Which deployments to list; null stands for any.
 *
 * @param repository of this repository
 * @param branch of this branch
 * @param status with this status
 */
public record DeploymentFilter(
        @Nullable RepositoryName repository,
        @Nullable BranchName branch,
        @Nullable DeploymentStatus status) {

    /** Every deployment. */
    public static final DeploymentFilter ANY = new DeploymentFilter(null, null, null);
}
