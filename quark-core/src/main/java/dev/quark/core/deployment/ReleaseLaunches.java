package dev.quark.core.deployment;

import dev.quark.core.environment.SecretMasker;
import dev.quark.core.service.Launches;
import dev.quark.core.service.RolloutId;
import java.nio.file.Path;
import java.util.Optional;

/** Starts instances with what their release remembers. Safe for use by many threads. */
public final class ReleaseLaunches implements Launches {

    private final DeploymentStore deployments;
    private final ReleaseStore releases;
    private final ReleaseFolders folders;

    /** Knows the releases of a store. */
    public ReleaseLaunches(DeploymentStore deployments, ReleaseStore releases, ReleaseFolders folders) {
        this.deployments = deployments;
        this.releases = releases;
        this.folders = folders;
    }

    @Override
    public Optional<Launch> of(RolloutId rollout) {
        DeploymentId id = new DeploymentId(rollout.value());
        Release release = releases.find(id).orElse(null);
        Deployment deployment = deployments.find(id).orElse(null);
        if (release == null || deployment == null || release.service() == null) {
            return Optional.empty();
        }
        Path folder = folders.folder(release.config(), release.folder());
        return Optional.of(new Launch(
                release.service(),
                folder.resolve(release.workingDirectory().value()),
                ReleaseVariables.of(deployment, release, deployment.commit(), folder),
                SecretMasker.of(release.environment())));
    }
}
