package dev.quark.core.testing;

import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.Release;
import dev.quark.core.deployment.ReleaseStore;
import java.util.Optional;

final class InMemoryReleases implements ReleaseStore {

    private final Memory memory;

    InMemoryReleases(Memory memory) {
        this.memory = memory;
    }

    @Override
    public void save(Release release) {
        memory.locked(() -> memory.releases.put(
                release.deployment(),
                new Release(
                        release.deployment(),
                        release.config(),
                        release.folder(),
                        release.command(),
                        release.environment(),
                        release.source(),
                        release.workingDirectory(),
                        release.timeout(),
                        release.keepReleases(),
                        release.service(),
                        Memory.millis(release.createdAt()))));
    }

    @Override
    public Optional<Release> find(DeploymentId deployment) {
        return memory.locked(() -> Optional.ofNullable(memory.releases.get(deployment)));
    }
}
