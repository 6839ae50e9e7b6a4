package dev.quark.runner.router.proxy;

import dev.quark.runner.router.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps the routes on disk, such that a crash at any moment leaves the old file or the new one. */
final class TableFile {

    private final Path file;
    private volatile @Nullable Object seen;

    TableFile(Path file) {
        this.file = file;
    }

    Wire.Kept read() {
        try {
            return Files.exists(file) ? Wire.read(Files.readString(file), Wire.Kept.class) : Wire.Kept.NOTHING;
        } catch (IOException e) {
            throw new UncheckedIOException("The routes in " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    /** Whether it was written since this was asked last, by whatever process. */
    boolean hasChanged() {
        try {
            Object now = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            boolean changed = !now.equals(seen);
            seen = now;
            return changed;
        } catch (IOException e) {
            return false;
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " can't be removed", e);
        }
    }

    void write(Wire.Kept kept) {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(draft);
            try (FileChannel channel = FileChannel.open(
                    draft,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer bytes = ByteBuffer.wrap(Wire.write(kept).getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("The routes can't be written to " + file + ": " + e.getMessage(), e);
        }
    }
}
