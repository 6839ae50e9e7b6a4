package dev.quark.github;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.Pack;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.storage.pack.PackConfig;

/**
 * Keeps a mirror's packs few: each fetch leaves one, and every look-up may have to ask them all. Small ones become one;
 * not a single object is dropped, because releases borrow them.
 */
final class MirrorPacks {

    private static final int MANY = 24;
    private static final long SMALL = 16L << 20;
    private static final long AT_ONCE = 64L << 20;
    private static final int MOST_OBJECTS = 200_000;

    private final FileRepository objects;

    MirrorPacks(FileRepository objects) {
        this.objects = objects;
    }

    /** Whether {@link #merge} is worth its time. */
    boolean areMany() {
        return objects.getObjectDatabase().getPacks().size() > MANY;
    }

    /** Makes one of the small packs; a reader that is at one of them goes on in the new one. */
    void merge() throws IOException {
        List<Pack> small = small();
        if (small.size() < 2) {
            return;
        }
        PackConfig config = new PackConfig(objects);
        config.setThreads(1);
        config.setDeltaSearchMemoryLimit(16L << 20);
        config.setBigFileThreshold(1 << 20);
        try (ObjectReader reader = objects.newObjectReader();
                ObjectWalk walk = new ObjectWalk(reader);
                PackWriter writer = new PackWriter(config, reader)) {
            writer.setDeltaBaseAsOffset(true);
            writer.preparePack(all(small, reader, walk).iterator());
            Path merged = write(writer);
            for (Pack pack : small) {
                Path file = pack.getPackFile().toPath();
                if (!file.equals(merged)) {
                    Files.deleteIfExists(index(file));
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private List<Pack> small() {
        List<Pack> packs = new ArrayList<>(objects.getObjectDatabase().getPacks());
        packs.sort(Comparator.comparingLong(pack -> pack.getPackFile().length()));
        List<Pack> small = new ArrayList<>();
        long bytes = 0;
        for (Pack pack : packs) {
            long length = pack.getPackFile().length();
            bytes += length;
            if (length > SMALL || bytes > AT_ONCE) {
                break;
            }
            small.add(pack);
        }
        return small;
    }

    private static List<RevObject> all(List<Pack> packs, ObjectReader reader, ObjectWalk walk) throws IOException {
        List<RevObject> all = new ArrayList<>();
        for (Pack pack : packs) {
            for (PackIndex.MutableEntry entry : pack) {
                ObjectId id = entry.toObjectId();
                all.add(walk.lookupAny(id, reader.open(id).getType()));
                if (all.size() > MOST_OBJECTS) {
                    throw new IOException("More than " + MOST_OBJECTS + " objects are too many to merge");
                }
            }
        }
        return all.stream().distinct().toList();
    }

    /** The index comes last: a pack without one doesn't count. */
    private Path write(PackWriter writer) throws IOException {
        Path folder = objects.getObjectDatabase().getPackDirectory().toPath();
        Path pack = folder.resolve("pack-" + writer.computeName().name() + ".pack");
        Path unfinished = folder.resolve("tmp_merge.pack");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinished))) {
            writer.writePack(NullProgressMonitor.INSTANCE, NullProgressMonitor.INSTANCE, out);
        }
        Path unfinishedIndex = index(unfinished);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinishedIndex))) {
            writer.writeIndex(out);
        }
        Files.move(unfinished, pack, StandardCopyOption.ATOMIC_MOVE);
        Files.move(unfinishedIndex, index(pack), StandardCopyOption.ATOMIC_MOVE);
        return pack;
    }

    private static Path index(Path pack) {
        return pack.resolveSibling(pack.getFileName().toString().replaceAll("\\.pack$", ".idx"));
    }
}
