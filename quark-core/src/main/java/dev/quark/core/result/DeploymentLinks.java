package dev.quark.core.result;

import dev.quark.core.deployment.DeploymentId;
import org.jspecify.annotations.Nullable;

/**
 * Where people find a deployment's page.
 *
 * @param pattern the address, with {@code {id}} for the deployment's; null where the server's public address isn't known
 */
public record DeploymentLinks(@Nullable String pattern) {

    /** The page's address; null where it isn't known. */
    public @Nullable String of(DeploymentId deployment) {
        return pattern == null ? null : pattern.replace("{id}", deployment.toString());
    }
}
