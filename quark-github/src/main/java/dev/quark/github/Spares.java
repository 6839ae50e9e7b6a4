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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jgit.lib.ObjectId;
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

    private static final long DELAY_MILLIS = 20;
    private static final int MOST = 16;
    private static final int MOST_FILES = 50_000;
    private static final long LARGEST = 256L << 20;
    private static final long ROOM_TO_LEAVE = 2L << 30;

    private record Key(CloneUrl url, BranchName branch) {}

    /** A folder that holds a tree's files, with a {@code .git} that borrows from a generation of the mirror. */
    private record Made(Path folder, ObjectId tree, int generation) {}

    private final Path parent;
    private final Path folder;
    private final ExecutorService maker;
    private final Executor later;
    private final AtomicInteger checkouts = new AtomicInteger();

    private volatile @Nullable Making making;

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

    /** Makes the folder that they are in. */
    void makePrivate() throws IOException {
        Folders.makePrivate(parent);
    }

    /** Lets the maker rest until {@link #endCheckout}. */
    void beginCheckout() {
        checkouts.incrementAndGet();
    }

    void endCheckout() {
        checkouts.decrementAndGet();
    }

    /**
     * Moves a spare of the branch to where it is needed; one that is being made is finished first, with this thread's help.
     *
     * @return the tree whose files it holds; null where there is no spare, or it can't be moved there
     */
    @Nullable
    ObjectId take(Mirror mirror, BranchName branch, Path to) throws InterruptedException {
        Key key = new Key(mirror.url(), branch);
        Making current = making;
        if (current != null && current.key().equals(key)) {
            current.finish();
        }
        Made made;
        synchronized (this) {
            wanted.remove(key);
            made = ready.remove(key);
        }
        if (made == null) {
            return null;
        }
        if (made.generation() == mirror.generation()) {
            try {
                Files.move(made.folder(), to, StandardCopyOption.ATOMIC_MOVE);
                return made.tree();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "A prepared checkout couldn't be moved to " + to, e);
            }
        }
        later(() -> Folders.remove(made.folder()));
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

    /** Whether the branch's next checkout would find one. */
    synchronized boolean isReady(CloneUrl url, BranchName branch) {
        return ready.containsKey(new Key(url, branch));
    }

    boolean isBeingMade() {
        return making != null;
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
        Making current = new Making(key);
        Stop stop = () -> rest(current, order);
        stop.check();
        Files.createDirectories(folder);
        Path place = folder.resolve(Integer.toString(++names));
        Made made = new Made(place, commit.getTree(), mirror.generation());
        making = current;
        boolean kept = false;
        try {
            kept = write(new Release(mirror, commit), place, current, stop) && offer(key, order, made);
        } finally {
            making = null;
            current.end.countDown();
            if (!kept) {
                Folders.remove(place);
            }
        }
        removeSurplus();
    }

    /**
     * One that would take too much room isn't written; nor one with submodules, or with what may turn out to be pointers to
     * Git LFS.
     */
    private static boolean write(Release release, Path place, Making current, Stop stop) throws Exception {
        ReleaseFiles files = release.filesFor(place, null, stop);
        if (!files.submodules().isEmpty()) {
            return false;
        }
        ReleaseFiles.Extent extent = files.extent();
        Files.createDirectory(place);
        if (extent.files() > MOST_FILES
                || extent.bytes() > LARGEST
                || Files.getFileStore(place).getUsableSpace() < extent.bytes() + ROOM_TO_LEAVE) {
            return false;
        }
        current.files = files;
        files.write(null);
        release.finishNew(place, files);
        return files.pointers().isEmpty();
    }

    /** Waits while anything is checked out, unless that wants this; ends where a newer order has overtaken this one. */
    private void rest(Making current, int order) throws InterruptedException {
        Stop.ON_INTERRUPT.check();
        while (checkouts.get() > 0 && !current.hurried && isWanted(current.key(), order)) {
            Thread.sleep(1);
        }
        if (!isWanted(current.key(), order)) {
            throw new InterruptedException();
        }
    }

    private synchronized boolean isWanted(Key key, int order) {
        return Integer.valueOf(order).equals(wanted.get(key));
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
            Folders.remove(older.folder());
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
            Folders.remove(made.folder());
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

    /** A spare that isn't whole yet. */
    private static final class Making {

        private final Key key;
        private final CountDownLatch end = new CountDownLatch(1);
        private volatile boolean hurried;
        private volatile @Nullable ReleaseFiles files;

        Making(Key key) {
            this.key = key;
        }

        Key key() {
            return key;
        }

        void finish() throws InterruptedException {
            hurried = true;
            ReleaseFiles begun = files;
            if (begun != null) {
                begun.help(Stop.ON_INTERRUPT);
            }
            end.await();
        }
    }
}
