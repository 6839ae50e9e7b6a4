package dev.quark.runner;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Folders and files with exact permissions, made durable, and deleted without ever leaving the folder. */
final class Folders {

    /** For QUARK's user only. */
    static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    /** To be read by QUARK's group as well. */
    static final Set<PosixFilePermission> SHARED = PosixFilePermissions.fromString("rwxr-x---");

    static final Set<PosixFilePermission> PRIVATE_FILE = PosixFilePermissions.fromString("rw-------");

    private static final int DELETE_ATTEMPTS = 20;

    private Folders() {}

    /** Makes a folder, and its parents, unless it is there; one that is there keeps its permissions. */
    static void make(Path folder, Set<PosixFilePermission> permissions) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        if (folder.getParent() != null) {
            make(folder.getParent(), permissions);
        }
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(permissions));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }

    /** Writes a new file of mode 0600 that a crash of the machine leaves whole. */
    static void write(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PRIVATE_FILE))) {
            java.nio.ByteBuffer left = java.nio.ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
    }

    /** Makes the entries of a folder durable. */
    static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Deletes a file or a folder with all it holds; nothing where there is nothing. Symbolic links are removed, never
     * followed, not even one that takes a folder's place meanwhile; folders without write permission are given it. Where a
     * part of it can't be deleted, all the rest is. What others put there meanwhile is deleted too, within reason.
     */
    static void delete(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent == null || !Files.exists(path, NOFOLLOW_LINKS)) {
            return;
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(parent)) {
            if (!(stream instanceof SecureDirectoryStream<Path> folder)) {
                throw new IOException("Folders can't be deleted safely on this system: " + path);
            }
            delete(folder, path.getFileName(), path);
        } catch (NoSuchFileException e) {
            // Somebody was faster.
        }
    }

    private static void delete(SecureDirectoryStream<Path> in, Path name, Path path) throws IOException {
        if (!in.getFileAttributeView(name, BasicFileAttributeView.class, NOFOLLOW_LINKS)
                .readAttributes()
                .isDirectory()) {
            in.deleteFile(name);
            return;
        }
        makeWritable(in, name, path);
        for (int attempt = 1; ; attempt++) {
            empty(in, name, path);
            try {
                in.deleteDirectory(name);
                return;
            } catch (DirectoryNotEmptyException e) {
                // A process that is not over yet, such as the one that spools a command's output, began another file.
                if (attempt == DELETE_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static void empty(SecureDirectoryStream<Path> in, Path name, Path path) throws IOException {
        Failures failures = new Failures();
        try (SecureDirectoryStream<Path> folder = in.newDirectoryStream(name, NOFOLLOW_LINKS)) {
            for (Path entry : folder) {
                Path entryName = entry.getFileName();
                failures.collect(() -> delete(folder, entryName, path.resolve(entryName)));
            }
        }
        failures.throwIfAny();
    }

    private static void makeWritable(SecureDirectoryStream<Path> in, Path name, Path path) throws IOException {
        PosixFileAttributeView view = in.getFileAttributeView(name, PosixFileAttributeView.class, NOFOLLOW_LINKS);
        Set<PosixFilePermission> permissions =
                EnumSet.copyOf(view.readAttributes().permissions());
        if (!permissions.addAll(Set.of(OWNER_READ, OWNER_WRITE, OWNER_EXECUTE))) {
            return;
        }
        try {
            view.setPermissions(permissions);
        } catch (AccessDeniedException e) {
            // A folder that can't even be opened; its permissions can be changed by its path only.
            Files.setPosixFilePermissions(path, permissions);
        }
    }

    /** Goes on where one of many things fails, and throws the first failure in the end. Not thread-safe. */
    static final class Failures {

        private @Nullable IOException first;

        /** Does one of them; that something is gone already is no failure. */
        void collect(Step step) {
            try {
                step.run();
            } catch (NoSuchFileException e) {
                // Somebody was faster.
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                }
            }
        }

        void throwIfAny() throws IOException {
            if (first != null) {
                throw first;
            }
        }

        /** One of many things. */
        interface Step {
            void run() throws IOException;
        }
    }
}
