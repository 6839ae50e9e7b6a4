package dev.quark.core.deployment;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.config.ServiceSettings;
import dev.quark.core.config.WorkingDirectory;
import dev.quark.core.environment.Environment;
import dev.quark.core.source.CloneUrl;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment is made with: the config's settings as they were when its run began, so that a run that is taken up
 * again, and a later look back, see the same.
 *
 * @param deployment the deployment that makes it
 * @param config whose release it is
 * @param folder the deployment whose folder it is in: another one's where an earlier release was brought back
 * @param command the deploy command
 * @param environment the command's variables
 * @param source where the commit is cloned from
 * @param workingDirectory where in the checkout the command is run
 * @param timeout how long the deployment may take
 * @param keepReleases how many earlier releases are kept
 * @param service how the app is run and reached; null where QUARK runs none
 * @param createdAt when the run began
 */
public record Release(
        DeploymentId deployment,
        ConfigId config,
        DeploymentId folder,
        String command,
        Environment environment,
        CloneUrl source,
        WorkingDirectory workingDirectory,
        Duration timeout,
        int keepReleases,
        @Nullable ServiceSettings service,
        Instant createdAt) {

    /** The release that a config's settings of now make. */
    public static Release of(DeploymentId deployment, DeploymentConfig config, CloneUrl source, Instant at) {
        return new Release(
                deployment,
                config.id(),
                deployment,
                config.deployCommand(),
                config.environment(),
                source,
                config.workingDirectory(),
                config.timeout(),
                config.keepReleases(),
                config.service(),
                at);
    }

    /** The same release, brought back by another deployment. */
    public Release broughtBack(DeploymentId by, DeploymentId in, Environment variables, Instant at) {
        return new Release(
                by, config, in, command, variables, source, workingDirectory, timeout, keepReleases, service, at);
    }
}
