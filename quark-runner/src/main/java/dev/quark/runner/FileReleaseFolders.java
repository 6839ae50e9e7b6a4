package dev.quark.runner;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.WorkingDirectory;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.ReleaseFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Releases as folders of mode 0750: a web server whose user is in QUARK's group can serve {@code current}, and no other user
 * can read the code. {@code .env}, with the secrets, is for QUARK's user only. What is to be deleted is first renamed to a
 * name with a dot, so that a release is there as a whole or not at all.
 */
final class FileReleaseFolders implements ReleaseFolders {

    private static final String CURRENT = "current";
    private static final String TRASH = ".deleting-";
    private static final String UNFINISHED = ".unfinished-";

    private final Path apps;

    FileReleaseFolders(Path apps) {
        this.apps = apps;
    }

    @Override
    public Path folder(ConfigId config, DeploymentId deployment) {
        return releases(config).resolve(deployment.toString());
    }

    @Override
    public Prepared prepare(
            Path folder, WorkingDirectory directory, String command, String environmentFile, String manifest) {
        try {
            Path root = folder.toRealPath();
            Optional<Path> workingDirectory = Checkout.directory(root, directory);
            if (workingDirectory.isEmpty()) {
                return new Prepared.Refused("The working directory " + directory
                        + " is no folder in this commit, or a symbolic link leads out of the repository.");
            }
            Path env = root.resolve(".env");
            if (Files.isDirectory(env, NOFOLLOW_LINKS)) {
                return new Prepared.Refused(
                        "The repository has a folder named .env, where QUARK writes the variables to: rename it.");
            }
            share(root);
            List<String> notes = new ArrayList<>();
            if (writeEnvironment(root, env, environmentFile)) {
                notes.add("The repository's .env was replaced by the variables of the deployment config.");
            }
            describe(root, manifest);
            Checkout.makeExecutable(root, workingDirectory.get(), command).ifPresent(notes::add);
            return new Prepared.Ready(workingDirectory.get(), List.copyOf(notes));
        } catch (IOException e) {
            throw new UncheckedIOException("The release's folder can't be prepared: " + e.getMessage(), e);
        }
    }

    /** Beside the folder: what is in it is the app's, and may be served to anybody. */
    private static void describe(Path root, String manifest) throws IOException {
        Path written = root.resolveSibling(UNFINISHED + UUID.randomUUID());
        Folders.write(written, manifest.getBytes(StandardCharsets.UTF_8));
        Files.move(written, manifest(root), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path manifest(Path folder) {
        return folder.resolveSibling(folder.getFileName() + ".json");
    }

    @Override
    public boolean isKept(ConfigId config, DeploymentId deployment) {
        return Files.isDirectory(folder(config, deployment), NOFOLLOW_LINKS);
    }

    /** What another program made with whatever umask gets the mode that this class promises. */
    private void share(Path root) throws IOException {
        Path top = apps.toRealPath();
        for (Path path = root; path != null && path.startsWith(top) && !path.equals(top); path = path.getParent()) {
            Files.setPosixFilePermissions(path, Folders.SHARED);
        }
    }

    /** True where there was one before, of which nothing is left: it is replaced, never written to or through. */
    private static boolean writeEnvironment(Path root, Path env, String text) throws IOException {
        removeAll(root, UNFINISHED);
        boolean replaced = Files.exists(env, NOFOLLOW_LINKS);
        Path written = root.resolve(UNFINISHED + UUID.randomUUID());
        Folders.write(written, text.getBytes(StandardCharsets.UTF_8));
        Files.move(written, env, StandardCopyOption.ATOMIC_MOVE);
        return replaced;
    }

    @Override
    public void activate(ConfigId config, DeploymentId deployment) {
        Path app = app(config);
        try {
            if (!Files.isDirectory(folder(config, deployment), NOFOLLOW_LINKS)) {
                throw new NoSuchFileException(folder(config, deployment).toString());
            }
            removeAll(app, UNFINISHED);
            Path link = app.resolve(UNFINISHED + UUID.randomUUID());
            Files.createSymbolicLink(link, Path.of("releases", deployment.toString()));
            Files.move(link, app.resolve(CURRENT), StandardCopyOption.ATOMIC_MOVE);
            Folders.sync(app);
        } catch (IOException e) {
            throw new UncheckedIOException("The release can't be made the current one: " + e.getMessage(), e);
        }
    }

    @Override
    public void prune(ConfigId config, int keep, Set<DeploymentId> inUse) {
        try {
            Optional<DeploymentId> current = current(config);
            List<DeploymentId> others = deployments(config);
            current.ifPresent(others::remove);
            for (DeploymentId old : others.subList(Math.min(keep, others.size()), others.size())) {
                if (!inUse.contains(old)) {
                    putAside(folder(config, old));
                }
            }
            removeAll(releases(config), UNFINISHED);
            removeAll(releases(config), TRASH);
        } catch (IOException e) {
            throw new UncheckedIOException("Old releases can't be removed: " + e.getMessage(), e);
        }
    }

    @Override
    public void discard(ConfigId config, DeploymentId deployment) {
        try {
            if (!current(config).equals(Optional.of(deployment))) {
                putAside(folder(config, deployment));
            }
            removeAll(releases(config), TRASH);
        } catch (IOException e) {
            throw new UncheckedIOException("The release can't be removed: " + e.getMessage(), e);
        }
    }

    @Override
    public void discardAll(ConfigId config) {
        try {
            putAside(app(config));
            removeAll(apps, TRASH + config);
        } catch (IOException e) {
            throw new UncheckedIOException("The releases can't be removed: " + e.getMessage(), e);
        }
    }

    private Optional<DeploymentId> current(ConfigId config) throws IOException {
        try {
            Path target = Files.readSymbolicLink(app(config).resolve(CURRENT));
            return id(target.getFileName());
        } catch (NoSuchFileException | NotLinkException e) {
            return Optional.empty();
        }
    }

    /** Those that have a folder, the newest first. */
    private List<DeploymentId> deployments(ConfigId config) throws IOException {
        List<DeploymentId> found = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(releases(config))) {
            folders.forEach(folder -> id(folder.getFileName()).ifPresent(found::add));
        } catch (NoSuchFileException e) {
            return found;
        }
        found.sort(java.util.Comparator.reverseOrder());
        return found;
    }

    private static Optional<DeploymentId> id(Path name) {
        try {
            return Optional.of(new DeploymentId(UUID.fromString(name.toString())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Gives it the name of what is to be deleted; nothing where there is nothing. */
    private static void putAside(Path folder) throws IOException {
        Path trash = folder.resolveSibling(TRASH + folder.getFileName() + "-" + UUID.randomUUID());
        try {
            Files.move(folder, trash, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            // It is gone already.
        }
        Files.deleteIfExists(manifest(folder));
    }

    /** What can't be deleted, such as a container's files that are root's, keeps nothing else from being. */
    private static void removeAll(Path folder, String prefix) throws IOException {
        Folders.Failures failures = new Folders.Failures();
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, prefix + "*")) {
            for (Path entry : left) {
                failures.collect(() -> Folders.delete(entry));
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            // Nothing is left.
        }
        failures.throwIfAny();
    }

    private Path app(ConfigId config) {
        return apps.resolve(config.toString());
    }

    private Path releases(ConfigId config) {
        return app(config).resolve("releases");
    }
}
