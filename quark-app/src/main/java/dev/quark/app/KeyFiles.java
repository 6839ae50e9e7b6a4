package dev.quark.app;

import dev.quark.core.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.function.Supplier;

/** Secrets that QUARK makes for itself on its first start, one file each, mode 0600 in a folder of mode 0700. */
final class KeyFiles {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path folder;

    KeyFiles(Path folder) {
        this.folder = folder;
    }

    /** The secret in a file; made of 32 random bytes in base64 where there is none. */
    Secret keyOrNew(String name) {
        return textOrNew(name, () -> random(Base64.getEncoder(), 32));
    }

    /** The text in a file; made by {@code make} where there is none. */
    Secret textOrNew(String name, Supplier<String> make) {
        Path file = folder.resolve(name);
        try {
            if (!Files.exists(file)) {
                write(file, make.get());
            }
            return Secret.of(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException("Can't keep keys in " + folder, e);
        }
    }

    /** A password that can be read aloud and pasted: 20 letters and digits. */
    Secret newPassword() {
        return Secret.of(random(Base64.getUrlEncoder().withoutPadding(), 15).replaceAll("[-_]", "x"));
    }

    /** What nobody can guess, such as an API token: 43 letters, digits, hyphens and underscores. */
    static Secret newToken() {
        return Secret.of(random(Base64.getUrlEncoder().withoutPadding(), 32));
    }

    private static String random(Base64.Encoder encoder, int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return encoder.encodeToString(bytes);
    }

    /** On disk before its name is there, so that a crash leaves either no key or a whole one. */
    private void write(Path file, String text) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path fresh = folder.resolve(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            channel.write(StandardCharsets.UTF_8.encode(text + "\n"));
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
