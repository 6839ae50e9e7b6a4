package dev.quark.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoverReleasesTest {

    @TempDir
    private Path data;

    private final ConfigId config = new ConfigId(UUID.randomUUID());
    private final Set<ConfigId> configs = new HashSet<>(Set.of(config));
    private final Map<DeploymentId, DeploymentStatus> known = new HashMap<>();

    private Path release(DeploymentStatus status) throws IOException {
        DeploymentId id = new DeploymentId(UUID.randomUUID());
        known.put(id, status);
        Path folder = apps().resolve(config.toString()).resolve("releases").resolve(id.toString());
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(".env"), "A=1");
        return folder;
    }

    private Path apps() {
        return data.resolve("apps");
    }

    private void sweep() {
        try (Runner runner = Runner.open(Settings.in(data))) {
            runner.sweepReleases(configs::contains, id -> Optional.ofNullable(known.get(id)));
        }
    }

    @Test
    void whatDidNotSucceedIsRemovedAndNothingElse() throws IOException {
        Path failed = release(DeploymentStatus.FAILED);
        Path cancelled = release(DeploymentStatus.CANCELLED);
        Path completed = release(DeploymentStatus.COMPLETED);
        Path running = release(DeploymentStatus.IN_PROGRESS);
        sweep();
        assertFalse(Files.exists(failed) || Files.exists(cancelled));
        assertTrue(Files.exists(completed) && Files.exists(running));
    }

    @Test
    void aRemovedConfigsFolderIsRemoved() throws IOException {
        release(DeploymentStatus.COMPLETED);
        configs.clear();
        sweep();
        try (var left = Files.list(apps())) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void whatTheStoreDoesNotKnowIsLeftAlone() throws IOException {
        Path unknown = release(DeploymentStatus.FAILED);
        Path others = Files.createDirectories(apps().resolve("somebody-elses"));
        known.clear();
        sweep();
        configs.clear();
        sweep();
        assertTrue(Files.exists(unknown) && Files.exists(others));
    }

    @Test
    void aRemovedConfigsFolderStaysWhileSomethingRunsInIt() throws IOException {
        Path running = release(DeploymentStatus.IN_PROGRESS);
        configs.clear();
        sweep();
        assertTrue(Files.exists(running));
    }
}
