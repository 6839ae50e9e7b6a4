package dev.quark.github;

import dev.quark.core.source.CloneUrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The mirrors, one for each clone URL, and another where it is read as anybody would. */
final class Mirrors implements AutoCloseable {

    private final Path folder;
    private final ConcurrentMap<Key, Mirror> mirrors = new ConcurrentHashMap<>();

    Mirrors(Path folder) {
        this.folder = folder;
    }

    private record Key(CloneUrl url, boolean anonymous) {}

    Mirror of(CloneUrl url, boolean anonymous) {
        return mirrors.computeIfAbsent(
                new Key(url, anonymous), key -> new Mirror(key.url(), folder.resolve(name(key))));
    }

    /** Makes the folder that they are in. */
    void makePrivate() throws IOException {
        Folders.makePrivate(folder);
    }

    @Override
    public void close() {
        mirrors.values().forEach(Mirror::close);
    }

    /** A part that people can read, and one that no two URLs share. */
    private static String name(Key key) {
        String url = key.url().value();
        String path = url.replaceAll("/+$", "").replaceAll("\\.git$", "");
        String last = path.substring(path.lastIndexOf('/') + 1)
                .replaceAll("[^A-Za-z0-9._-]", "_")
                .replaceAll("^\\.+", "_");
        return last.substring(0, Math.min(last.length(), 40)) + "-" + hash(key.anonymous() ? "anonymous " + url : url);
    }

    /** 80 bits of SHA-256, in hex digits. */
    static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 10);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
