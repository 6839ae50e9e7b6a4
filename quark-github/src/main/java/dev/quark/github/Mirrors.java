package dev.quark.github;

import dev.quark.core.source.CloneUrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The mirrors, one for each clone URL, and another where it is read as anybody would. */
final class Mirrors implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Mirrors.class.getName());

    private static final String UNUSED = "unused-";

    private final Path folder;

    /** Guarded by this; so is what becomes of a folder that none of them has. */
    private final Map<Key, Mirror> mirrors = new HashMap<>();

    Mirrors(Path folder) {
        this.folder = folder;
    }

    private record Key(CloneUrl url, boolean anonymous) {}

    synchronized Mirror of(CloneUrl url, boolean anonymous) {
        return mirrors.computeIfAbsent(
                new Key(url, anonymous), key -> new Mirror(key.url(), folder.resolve(name(key))));
    }

    /** Makes the folder that they are in. */
    void makePrivate() throws IOException {
        Folders.makePrivate(folder);
    }

    /**
     * Removes those that this process has not used, that nobody has since a time, and that are of none of the URLs.
     *
     * @return how many there were
     */
    int sweep(Collection<CloneUrl> urls, Instant unusedSince) throws IOException {
        Set<String> kept = urls.stream().map(url -> name(new Key(url, false))).collect(Collectors.toSet());
        int removed = 0;
        List<Path> all;
        try (Stream<Path> folders = Files.list(folder)) {
            all = folders.toList();
        }
        for (Path each : all) {
            String name = each.getFileName().toString();
            boolean isOld = Files.getLastModifiedTime(each).toInstant().isBefore(unusedSince);
            Path unused = name.startsWith(UNUSED) ? each : isOld && !kept.contains(name) ? setAside(each) : null;
            if (unused != null) {
                LOG.log(System.Logger.Level.INFO, "Removing the mirror {0}, which nobody uses", name);
                Folders.remove(unused);
                removed++;
            }
        }
        return removed;
    }

    /** Under another name nobody begins to use it while it is removed; null where somebody uses it. */
    private synchronized @Nullable Path setAside(Path mirror) throws IOException {
        if (mirrors.values().stream().anyMatch(known -> known.isIn(mirror))) {
            return null;
        }
        return Files.move(mirror, mirror.resolveSibling(UNUSED + mirror.getFileName()));
    }

    @Override
    public synchronized void close() {
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
