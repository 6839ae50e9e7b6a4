package dev.quark.runner;

import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.ReleaseFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Release folders that a crash left over: those of a config that was removed, and those of deployments that did not
 * succeed. Only what the store knows of is removed, so that a server that was started with another database leaves all
 * folders alone.
 */
final class LeftoverReleases {

    private static final System.Logger LOG = System.getLogger(LeftoverReleases.class.getName());

    private final Path apps;
    private final ReleaseFolders folders;
    private final Predicate<ConfigId> isThere;
    private final Function<DeploymentId, Optional<DeploymentStatus>> status;

    LeftoverReleases(
            Path apps,
            ReleaseFolders folders,
            Predicate<ConfigId> isThere,
            Function<DeploymentId, Optional<DeploymentStatus>> status) {
        this.apps = apps;
        this.folders = folders;
        this.isThere = isThere;
        this.status = status;
    }

    void remove() {
        for (UUID config : ids(apps)) {
            List<DeploymentId> releases = ids(apps.resolve(config.toString()).resolve("releases")).stream()
                    .map(DeploymentId::new)
                    .toList();
            remove(new ConfigId(config), releases);
        }
    }

    private void remove(ConfigId config, List<DeploymentId> releases) {
        if (isThere.test(config)) {
            releases.stream()
                    .filter(release -> status.apply(release)
                            .filter(LeftoverReleases::isOfNoUse)
                            .isPresent())
                    .forEach(release -> folders.discard(config, release));
        } else if (isKnownAndOver(releases)) {
            LOG.log(System.Logger.Level.INFO, "Removing the releases of the removed config {0}", config);
            folders.discardAll(config);
        }
    }

    private boolean isKnownAndOver(List<DeploymentId> releases) {
        List<DeploymentStatus> known =
                releases.stream().map(status).flatMap(Optional::stream).toList();
        return !known.isEmpty() && known.stream().allMatch(DeploymentStatus::isFinal);
    }

    private static boolean isOfNoUse(DeploymentStatus status) {
        return status.isFinal() && status != DeploymentStatus.COMPLETED;
    }

    /** The folders whose names are ids; what else is there is somebody else's. */
    private static List<UUID> ids(Path folder) {
        List<UUID> ids = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "????????-*")) {
            for (Path entry : entries) {
                id(entry.getFileName().toString()).ifPresent(ids::add);
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return ids;
        } catch (IOException | DirectoryIteratorException e) {
            throw new UncheckedIOException("The folder " + folder + " can't be listed", new IOException(e));
        }
        return ids;
    }

    private static Optional<UUID> id(String name) {
        try {
            UUID id = UUID.fromString(name);
            return id.toString().equals(name) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
