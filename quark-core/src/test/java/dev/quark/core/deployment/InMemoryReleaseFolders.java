package dev.quark.core.deployment;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.WorkingDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Touches no file: knows of each folder what was done to it. */
public final class InMemoryReleaseFolders implements ReleaseFolders {

    private static final Path APPS = Path.of("/apps");

    private final Map<Path, String> manifests = new HashMap<>();
    private final Map<Path, String> environmentFiles = new HashMap<>();
    private final Map<ConfigId, Set<DeploymentId>> releases = new HashMap<>();
    private final Map<ConfigId, DeploymentId> current = new HashMap<>();
    private final Set<Path> missing = new HashSet<>();

    /** A checkout has made a release's folder; {@link #prepare} and {@link #activate} make it too. */
    public synchronized void add(ConfigId config, DeploymentId deployment) {
        releases.computeIfAbsent(config, any -> new HashSet<>()).add(deployment);
    }

    /** From now on checkouts lack this folder, given by its absolute path. */
    public synchronized void remove(Path directory) {
        missing.add(directory);
    }

    /** Whether a release's folder is there. */
    public synchronized boolean exists(ConfigId config, DeploymentId deployment) {
        return releases.getOrDefault(config, Set.of()).contains(deployment);
    }

    /** The current release. */
    public synchronized Optional<DeploymentId> current(ConfigId config) {
        return Optional.ofNullable(current.get(config));
    }

    /** The text of a release's {@code .env}. */
    public synchronized Optional<String> environmentFile(Path folder) {
        return Optional.ofNullable(environmentFiles.get(folder));
    }

    /** What is written down of a release. */
    public synchronized Optional<String> manifest(Path folder) {
        return Optional.ofNullable(manifests.get(folder));
    }

    @Override
    public synchronized boolean isKept(ConfigId config, DeploymentId deployment) {
        return exists(config, deployment);
    }

    @Override
    public Path folder(ConfigId config, DeploymentId deployment) {
        return APPS.resolve(config.toString()).resolve("releases").resolve(deployment.toString());
    }

    @Override
    public synchronized Prepared prepare(
            Path folder, WorkingDirectory directory, String command, String environmentFile, String manifest) {
        manifests.put(folder, manifest);
        Path workingDirectory = folder.resolve(directory.value());
        if (missing.contains(workingDirectory)) {
            return new Prepared.Refused("The working directory " + directory + " is no folder in this commit.");
        }
        String before = environmentFiles.put(folder, environmentFile);
        return new Prepared.Ready(
                workingDirectory, before == null ? List.of() : List.of("The repository's .env was replaced."));
    }

    @Override
    public synchronized void activate(ConfigId config, DeploymentId deployment) {
        add(config, deployment);
        current.put(config, deployment);
    }

    @Override
    public synchronized void prune(ConfigId config, int keep, Set<DeploymentId> inUse) {
        List<DeploymentId> others = new ArrayList<>(releases.getOrDefault(config, Set.of()));
        current(config).ifPresent(others::remove);
        others.sort(Comparator.reverseOrder());
        others.stream().skip(keep).filter(old -> !inUse.contains(old)).toList().forEach(old -> discard(config, old));
    }

    @Override
    public synchronized void discard(ConfigId config, DeploymentId deployment) {
        if (!deployment.equals(current.get(config))) {
            releases.getOrDefault(config, new HashSet<>()).remove(deployment);
            environmentFiles.remove(folder(config, deployment));
        }
    }

    @Override
    public synchronized void discardAll(ConfigId config) {
        current.remove(config);
        for (DeploymentId deployment : Set.copyOf(releases.getOrDefault(config, Set.of()))) {
            discard(config, deployment);
        }
    }
}
