package dev.quark.github;

import dev.quark.core.source.BranchName;
import dev.quark.core.source.CloneUrl;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.jspecify.annotations.Nullable;

/**
 * Checkouts made ahead: after a deployment, its commit is written once more to a folder that nobody uses. The branch's next
 * checkout takes that folder by renaming it, and has only to write what the two commits don't share.
 *
 * <p>A spare is known to this process alone and only once it is whole. What an earlier process left is thrown away: after a
 * power cut nobody could tell what of it had reached the disk. One thread makes them; it rests while anything is checked
 * out, and starts a moment late so that the deploy command has started by then.
 */
final class Spares implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Spares.class.getName());

    private static final long DELAY_MILLIS = 50;
    private static final int MOST = 16;
    private static final int MOST_FILES = 50_000;
    private static final long LARGEST = 256L << 20;
    private static final long ROOM_TO_LEAVE = 2L << 30;

    /** A folder that holds a tree's files; whoever takes it owns it. */
    record Spare(Path folder, ObjectId tree) {}

    private record Key(CloneUrl url, BranchName branch) {}

    private record Made(Spare spare, int generation) {}

    private final Path parent;
    private final Path folder;
    private final ExecutorService maker;
    private final Executor later;
    private final AtomicInteger checkouts = new AtomicInteger();

    // Guarded by this.
    private final Map<Key, Made> ready = new LinkedHashMap<>();
    private final Map<Key, Integer> wanted = new LinkedHashMap<>();
    private int orders;
    private int names;

    Spares(Path parent) {
        this.parent = parent;
        this.folder = parent.resolve(UUID.randomUUID().toString());
        this.maker = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("quark-spares").factory());
        this.later = CompletableFuture.delayedExecutor(DELAY_MILLIS, TimeUnit.MILLISECONDS, maker);
        maker.execute(this::removeOthers);
    }

    /** Lets the maker rest until {@link #endCheckout}. */
    void beginCheckout() {
        checkouts.incrementAndGet();
    }

    void endCheckout() {
        checkouts.decrementAndGet();
    }

    /**
     * Moves a spare of the branch to where it is needed.
     *
     * @return the tree whose files it holds; null where there is no spare, or it can't be moved there
     */
    @Nullable
    ObjectId take(Mirror mirror, BranchName branch, Path to) {
        Made made;
        synchronized (this) {
            Key key = new Key(mirror.url(), branch);
            wanted.remove(key);
            made = ready.remove(key);
        }
        if (made == null) {
            return null;
        }
        if (made.generation() == mirror.generation()) {
            try {
                Files.move(made.spare().folder(), to, StandardCopyOption.ATOMIC_MOVE);
                return made.spare().tree();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "A prepared checkout couldn't be moved to " + to, e);
            }
        }
        later(() -> Folders.remove(made.spare().folder()));
        return null;
    }

    /** Has a spare made that holds a commit, in place of the branch's older one. */
    void order(Mirror mirror, BranchName branch, RevCommit commit) {
        Key key = new Key(mirror.url(), branch);
        int order;
        synchronized (this) {
            order = ++orders;
            wanted.put(key, order);
        }
        later(() -> make(mirror, key, order, commit));
    }

    /** Has something done on the maker's thread, when there is time. */
    void later(Chore chore) {
        later.execute(() -> run(chore));
    }

    /** Something that may fail without harm. */
    interface Chore {
        void run() throws Exception;
    }

    @Override
    public void close() {
        maker.shutdownNow();
        try {
            if (maker.awaitTermination(5, TimeUnit.SECONDS)) {
                Folders.remove(folder);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "Prepared checkouts are left in " + folder, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(Chore chore) {
        try {
            chore.run();
        } catch (InterruptedException e) {
            // No longer wanted, or the end: the flag stays cleared for the next chore.
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "Preparing the next checkout failed; it will be made from scratch", e);
        }
    }

    private void make(Mirror mirror, Key key, int order, RevCommit commit) throws Exception {
        Stop stop = () -> rest(key, order);
        stop.check();
        Files.createDirectories(folder);
        int generation = mirror.generation();
        Path place = folder.resolve(Integer.toString(++names));
        boolean whole = false;
        try {
            Release release = new Release(mirror, commit);
            TreeChanges files = release.whole();
            whole = fits(mirror, files)
                    && release.writeNew(place, files, Runnable::run, stop).isEmpty();
        } finally {
            if (!whole || !offer(key, order, new Made(new Spare(place, commit.getTree()), generation))) {
                Folders.remove(place);
            }
        }
        removeSurplus();
    }

    /** Waits while anything is checked out; ends where a newer order or checkout has overtaken this one. */
    private void rest(Key key, int order) throws InterruptedException {
        Stop.ON_INTERRUPT.check();
        while (checkouts.get() > 0 && isWanted(key, order)) {
            Thread.sleep(1);
        }
        if (!isWanted(key, order)) {
            throw new InterruptedException();
        }
    }

    private synchronized boolean isWanted(Key key, int order) {
        return Integer.valueOf(order).equals(wanted.get(key));
    }

    private boolean fits(Mirror mirror, TreeChanges files) throws IOException {
        if (files.files().size() > MOST_FILES
                || Files.getFileStore(folder).getUsableSpace() < LARGEST + ROOM_TO_LEAVE) {
            return false;
        }
        long bytes = 0;
        try (ObjectReader reader = mirror.repository().newObjectReader()) {
            for (TreeFile file : files.files()) {
                bytes += reader.getObjectSize(file.content(), ObjectReader.OBJ_ANY);
            }
        }
        return bytes <= LARGEST;
    }

    private boolean offer(Key key, int order, Made made) throws IOException {
        Made older;
        synchronized (this) {
            if (!wanted.remove(key, order)) {
                return false;
            }
            older = ready.remove(key);
            ready.put(key, made);
        }
        if (older != null) {
            Folders.remove(older.spare().folder());
        }
        return true;
    }

    private void removeSurplus() throws IOException {
        List<Made> surplus = new ArrayList<>();
        synchronized (this) {
            var oldest = ready.values().iterator();
            while (ready.size() > MOST) {
                surplus.add(oldest.next());
                oldest.remove();
            }
        }
        for (Made made : surplus) {
            Folders.remove(made.spare().folder());
        }
    }

    private void removeOthers() {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent)) {
            for (Path other : folders) {
                if (!other.equals(folder)) {
                    // Renamed first: should its process live, it must not take one that is half gone.
                    Path gone = parent.resolve("removed-" + UUID.randomUUID());
                    Files.move(other, gone, StandardCopyOption.ATOMIC_MOVE);
                    Folders.remove(gone);
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "No prepared checkouts of an earlier process are removed", e);
        }
    }
}
