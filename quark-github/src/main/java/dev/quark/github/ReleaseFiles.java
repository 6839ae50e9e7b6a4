package dev.quark.github;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.jspecify.annotations.Nullable;

/**
 * Writes the files of a commit to a folder. Every file is made anew, in folders that were made here or are looked at
 * first, so that nothing is ever written through a symbolic link.
 */
final class ReleaseFiles {

    private static final System.Logger LOG = System.getLogger(ReleaseFiles.class.getName());

    /** Fewer files aren't worth another thread. */
    private static final int WORTH_HELP = 64;

    private static final int CHUNK = 16;
    private static final byte[] LFS = "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_POINTER = 1024;
    private static final Set<OpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final FileAttribute<?>[] PLAIN = {};
    private static final FileAttribute<?>[] EXECUTABLE = {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx"))
    };

    private final FileRepository objects;
    private final Path root;
    private final TreeChanges changes;
    private final Stop stop;
    private final AtomicInteger next = new AtomicInteger();
    private final Queue<GitIndex.Entry> written = new ConcurrentLinkedQueue<>();
    private final Queue<String> pointers = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final Phaser working = new Phaser(1);
    private final Set<String> realFolders = new HashSet<>();

    ReleaseFiles(FileRepository objects, Path root, TreeChanges changes, Stop stop) {
        this.objects = objects;
        this.root = root;
        this.changes = changes;
        this.stop = stop;
    }

    /**
     * Applies the changes.
     *
     * @param helper may run a part of the work on another thread; null for this thread alone
     */
    void write(@Nullable Executor helper) throws Refusal, DamagedMirrorException, IOException, InterruptedException {
        try {
            for (String path : changes.removed()) {
                stop.check();
                requireRealParents(path);
                Folders.remove(root.resolve(path));
            }
            for (String path : changes.folders()) {
                requireRealParents(path);
                Files.createDirectory(root.resolve(path));
                realFolders.add(path);
            }
            for (TreeFile file : changes.files()) {
                requireRealParents(file.path());
            }
            for (Submodule submodule : changes.submodules()) {
                stop.check();
                requireRealParents(submodule.path());
                makePlace(submodule);
            }
            writeFiles(helper);
        } catch (FileAlreadyExistsException e) {
            throw new Refusal(
                    "The commit has two files that this server's file system takes for one, such as " + e.getFile()
                            + ": rename one of them",
                    e);
        } catch (InvalidPathException e) {
            throw new Refusal(
                    "The commit has a file name that this server can't write (" + e.getReason()
                            + "): rename the file, or start the server with a UTF-8 locale such as LC_ALL=C.UTF-8",
                    e);
        } finally {
            begun.countDown();
            working.forceTermination();
        }
    }

    /** The folder of a submodule, empty as yet. */
    private void makePlace(Submodule submodule) throws IOException {
        Path place = Files.createDirectory(root.resolve(submodule.path()));
        written.add(new GitIndex.Entry(
                submodule.path(),
                FileMode.GITLINK,
                submodule.commit(),
                0,
                Files.getLastModifiedTime(place, LinkOption.NOFOLLOW_LINKS).toInstant(),
                true));
    }

    /** How many files are to be written, and how long they are together. */
    Extent extent() throws DamagedMirrorException {
        long bytes = 0;
        try (ObjectReader reader = objects.newObjectReader()) {
            for (TreeFile file : changes.files()) {
                bytes += reader.getObjectSize(file.content(), Constants.OBJ_BLOB);
            }
        } catch (IOException e) {
            throw new DamagedMirrorException(e);
        }
        return new Extent(changes.files().size(), bytes);
    }

    record Extent(int files, long bytes) {}

    /** The folders of submodules. */
    List<Submodule> submodules() {
        return changes.submodules();
    }

    /** The files that were removed. */
    List<String> removed() {
        return changes.removedFiles();
    }

    /** What was written, in no order. */
    List<GitIndex.Entry> written() {
        return new ArrayList<>(written);
    }

    /** Files that look like pointers to Git LFS. */
    List<String> pointers() {
        return pointers.stream().sorted().toList();
    }

    private void requireRealParents(String path) throws Refusal, IOException {
        int slash = path.lastIndexOf('/');
        if (slash < 0 || realFolders.contains(path.substring(0, slash))) {
            return;
        }
        String parent = path.substring(0, slash);
        requireRealParents(parent);
        if (!Files.isDirectory(root.resolve(parent), LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal("The commit isn't safe to check out: " + parent + " isn't a folder, yet has files in it");
        }
        realFolders.add(parent);
    }

    /**
     * Takes a part of the work that another thread is at, on this thread; waits first until there are files to write.
     * What goes wrong is the other thread's to tell.
     */
    void help(Stop asked) throws InterruptedException {
        begun.await();
        if (working.register() < 0) {
            return;
        }
        try {
            takeTurns(asked);
        } catch (DamagedMirrorException | IOException | RuntimeException e) {
            failure.compareAndSet(null, e);
            next.set(changes.files().size());
        } finally {
            working.arriveAndDeregister();
        }
    }

    private void writeFiles(@Nullable Executor helper)
            throws DamagedMirrorException, IOException, InterruptedException {
        if (helper != null && changes.files().size() >= WORTH_HELP) {
            getHelp(helper);
        }
        begun.countDown();
        try {
            takeTurns(stop);
        } finally {
            next.set(changes.files().size());
            working.arriveAndAwaitAdvance();
            working.forceTermination();
        }
        switch (failure.get()) {
            case null -> {}
            case DamagedMirrorException e -> throw e;
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Exception e -> throw new IllegalStateException(e);
        }
    }

    private void getHelp(Executor helper) {
        try {
            helper.execute(() -> {
                try {
                    help(() -> {});
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.TRACE, "All helpers are busy", e);
        }
    }

    private void takeTurns(Stop asked) throws DamagedMirrorException, IOException, InterruptedException {
        List<TreeFile> files = changes.files();
        try (ObjectReader reader = objects.newObjectReader()) {
            for (int from = next.getAndAdd(CHUNK); from < files.size(); from = next.getAndAdd(CHUNK)) {
                for (TreeFile file : files.subList(from, Math.min(files.size(), from + CHUNK))) {
                    asked.check();
                    write(file, reader);
                }
            }
        }
    }

    private void write(TreeFile file, ObjectReader reader)
            throws DamagedMirrorException, IOException, InterruptedException {
        Path path = root.resolve(file.path());
        byte[] content = null;
        ObjectLoader loader;
        try {
            loader = reader.open(file.content(), Constants.OBJ_BLOB);
            if (!loader.isLarge()) {
                content = loader.getCachedBytes();
            }
        } catch (IOException e) {
            throw new DamagedMirrorException(e);
        }
        boolean exact = true;
        if (content == null) {
            stream(loader, path, attributes(file));
        } else if (file.mode().equals(FileMode.SYMLINK)) {
            String target = new String(content, StandardCharsets.UTF_8);
            exact = Files.createSymbolicLink(path, Path.of(target)).equals(path)
                    && Path.of(target).toString().equals(target);
        } else {
            try (SeekableByteChannel out = Files.newByteChannel(path, NEW, attributes(file))) {
                write(out, ByteBuffer.wrap(content));
            }
            if (isPointer(content)) {
                pointers.add(file.path());
            }
        }
        written.add(new GitIndex.Entry(
                file.path(),
                file.mode(),
                file.content(),
                loader.getSize(),
                Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant(),
                exact));
    }

    private void stream(ObjectLoader loader, Path path, FileAttribute<?>[] attributes)
            throws DamagedMirrorException, IOException, InterruptedException {
        byte[] buffer = new byte[64 * 1024];
        try (SeekableByteChannel out = Files.newByteChannel(path, NEW, attributes);
                InputStream in = open(loader)) {
            for (int length = read(in, buffer); length >= 0; length = read(in, buffer)) {
                stop.check();
                write(out, ByteBuffer.wrap(buffer, 0, length));
            }
        }
    }

    private static InputStream open(ObjectLoader loader) throws DamagedMirrorException {
        try {
            return loader.openStream();
        } catch (IOException e) {
            throw new DamagedMirrorException(e);
        }
    }

    private static int read(InputStream in, byte[] buffer) throws DamagedMirrorException {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new DamagedMirrorException(e);
        }
    }

    private static void write(SeekableByteChannel out, ByteBuffer content) throws IOException {
        while (content.hasRemaining()) {
            out.write(content);
        }
    }

    private static FileAttribute<?>[] attributes(TreeFile file) {
        return file.mode().equals(FileMode.EXECUTABLE_FILE) ? EXECUTABLE : PLAIN;
    }

    private static boolean isPointer(byte[] content) {
        return content.length <= LONGEST_POINTER
                && content.length > LFS.length
                && Arrays.equals(content, 0, LFS.length, LFS, 0, LFS.length);
    }
}
