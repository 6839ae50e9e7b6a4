package dev.quark.core.deployment;

import dev.quark.core.config.ConfigId;
import java.util.Optional;

class InMemoryReleaseFoldersTest extends ReleaseFoldersContract {

    private final InMemoryReleaseFolders folders = new InMemoryReleaseFolders();

    @Override
    protected ReleaseFolders folders() {
        return folders;
    }

    @Override
    protected void checkOut(ConfigId config, DeploymentId deployment) {
        folders.add(config, deployment);
        folders.remove(folders.folder(config, deployment).resolve(MISSING.value()));
    }

    @Override
    protected boolean exists(ConfigId config, DeploymentId deployment) {
        return folders.exists(config, deployment);
    }

    @Override
    protected Optional<DeploymentId> current(ConfigId config) {
        return folders.current(config);
    }

    @Override
    protected Optional<String> environmentFile(ConfigId config, DeploymentId deployment) {
        return folders.environmentFile(folders.folder(config, deployment));
    }
}
