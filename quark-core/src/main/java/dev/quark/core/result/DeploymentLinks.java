package dev.quark.core.result;

import dev.quark.core.deployment.DeploymentId;
import org.jspecify.annotations.Nullable;

/**
 * Where people find a deployment's page.
 *
 * @param base what comes before the deployment's id; null where the server's public address isn't known
 */
public record DeploymentLinks(@Nullable String base) {

    /** The page's address; null where it isn't known. */
    public @Nullable String of(DeploymentId deployment) {
        return base == null ? null : base + deployment;
    }
}
