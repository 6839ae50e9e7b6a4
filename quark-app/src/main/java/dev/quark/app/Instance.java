package dev.quark.app;

import dev.quark.core.problem.InvalidException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** The data folder, held by one QUARK at a time: two would take up each other's running deployments. */
final class Instance implements AutoCloseable {

    private final FileChannel channel;

    private Instance(FileChannel channel) {
        this.channel = channel;
    }

    /** Makes the folder where it isn't there, and holds it. */
    static Instance hold(Path dataDir) {
        try {
            Files.createDirectories(
                    dataDir, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
            FileChannel channel = FileChannel.open(
                    dataDir.resolve("quark.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new InvalidException(
                        "DATA_DIR", "is in use by another QUARK: stop that one, or give this one a folder of its own");
            }
            return new Instance(channel);
        } catch (IOException e) {
            throw new InvalidException("DATA_DIR", "can't be used: " + e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** A name for this node: the host's, and something that tells two nodes of one host apart. */
    static String newNodeName() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            host = "node";
        }
        String name =
                host.replaceAll("[^A-Za-z0-9._-]", "-") + "-" + Long.toString(System.currentTimeMillis() % 100_000, 10);
        return name.startsWith("-") ? "node" + name : name;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
