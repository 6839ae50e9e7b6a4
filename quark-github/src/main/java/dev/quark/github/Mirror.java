package dev.quark.github;

import dev.quark.core.source.BranchName;
import dev.quark.core.source.CloneUrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.util.RawParseUtils;
import org.jspecify.annotations.Nullable;

/**
 * A bare repository that keeps what was fetched from one clone URL. Releases borrow its objects, so none is ever dropped
 * from it unless it is damaged.
 *
 * <p>Whoever uses it holds {@link #life} for reading; whoever fetches holds {@link #fetching} too. Making it anew takes
 * {@link #life} for writing. So a fetch that stalls doesn't hold up a checkout of a commit that is here already.
 */
final class Mirror {

    private static final String CONFIG = """
            [core]
            \trepositoryformatversion = 0
            \tbare = true
            \tlogallrefupdates = false
            [gc]
            \tauto = 0
            \tpruneExpire = never
            """;

    private static final byte[] PARENT = Constants.encodeASCII("parent ");
    private static final int TREE_LINE = "tree ".length() + Constants.OBJECT_ID_STRING_LENGTH + 1;

    private static final System.Logger LOG = System.getLogger(Mirror.class.getName());

    final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
    final ReentrantLock fetching = new ReentrantLock();

    private final CloneUrl url;
    private final Path folder;
    private @Nullable FileRepository repository;
    private int generation;

    Mirror(CloneUrl url, Path folder) {
        this.url = url;
        this.folder = folder;
    }

    CloneUrl url() {
        return url;
    }

    boolean isIn(Path other) {
        return folder.equals(other);
    }

    /** Notes that it is used; what nobody uses for long is removed. */
    void touch() throws IOException {
        repository();
        try {
            Files.setLastModifiedTime(folder, FileTime.fromMillis(System.currentTimeMillis()));
        } catch (NoSuchFileException e) {
            LOG.log(System.Logger.Level.DEBUG, "The mirror of " + url + " is gone, as whoever reads it will find", e);
        }
    }

    Path objects() {
        return folder.resolve("objects");
    }

    /** How often it was made anew; what refers to an older generation is worth nothing. */
    synchronized int generation() {
        return generation;
    }

    /** The repository, made where there is none; stays open. */
    synchronized FileRepository repository() throws IOException {
        if (repository == null) {
            try {
                repository = open();
            } catch (IOException e) {
                Folders.remove(folder);
                repository = open();
            }
        }
        return repository;
    }

    /** Whether an object is here; then all that it needs is here too, but for the parents of a commit. */
    boolean has(ObjectId id) throws IOException {
        return repository().getObjectDatabase().has(id);
    }

    /** The commits that the known history begins with; empty where all of it is here. */
    Set<ObjectId> shallowCommits() throws IOException, DamagedMirrorException {
        FileRepository here = repository();
        try {
            return here.getObjectDatabase().getShallowCommits();
        } catch (IOException e) {
            throw new DamagedMirrorException(e);
        }
    }

    /** A commit that is here with all its files; null where it isn't here. */
    @Nullable
    RevCommit find(ObjectId id) throws IOException, Refusal, DamagedMirrorException {
        if (!has(id)) {
            return null;
        }
        try (RevWalk walk = new RevWalk(repository())) {
            RevObject object = walk.parseAny(id);
            if (object instanceof RevCommit commit) {
                walk.parseBody(commit);
                return commit;
            }
        } catch (IOException e) {
            throw new DamagedMirrorException(e);
        }
        throw Refusals.noCommit(id);
    }

    /**
     * Remembers a fetched commit: as the branch's (null: as that of all who name no branch), so that the next fetch can say what is here, and as a beginning of the
     * known history where its parents aren't here.
     *
     * @return the commit
     */
    RevCommit keep(@Nullable BranchName branch, ObjectId id) throws IOException, Refusal, DamagedMirrorException {
        RevCommit commit = find(id);
        if (commit == null) {
            throw new DamagedMirrorException(new IOException("what was fetched isn't there"));
        }
        boolean begins = false;
        for (ObjectId parent : parents(commit.getRawBuffer())) {
            begins |= !has(parent);
        }
        Set<ObjectId> shallow = new HashSet<>(shallowCommits());
        if (begins ? shallow.add(id.copy()) : shallow.remove(id)) {
            repository().getObjectDatabase().setShallowCommits(shallow);
        }
        // Not the branch's own name: of a and a/b only one could be kept.
        Path ref = Files.createDirectories(folder.resolve("refs/quark"))
                .resolve(Mirrors.hash(branch == null ? "" : branch.value()));
        Path unfinished = ref.resolveSibling(ref.getFileName() + ".lock");
        Files.writeString(unfinished, id.name() + "\n", StandardCharsets.ISO_8859_1);
        Files.move(unfinished, ref, StandardCopyOption.ATOMIC_MOVE);
        return commit;
    }

    /** The parents as the commit names them; JGit shows none where the known history ends. */
    private static List<ObjectId> parents(byte[] commit) {
        List<ObjectId> parents = new ArrayList<>();
        int at = TREE_LINE;
        while (RawParseUtils.match(commit, at, PARENT) > 0) {
            parents.add(ObjectId.fromString(commit, at + PARENT.length));
            at += PARENT.length + Constants.OBJECT_ID_STRING_LENGTH + 1;
        }
        return parents;
    }

    /** The list of commits whose parents aren't here, as git keeps it; empty where the whole history is. */
    byte[] shallow() throws IOException {
        Path file = folder.resolve("shallow");
        return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    }

    /** Throws all away, unless another thread has done so since. Waits until nobody uses the mirror. */
    void renew(int seen) throws IOException, InterruptedException {
        life.writeLock().lockInterruptibly();
        try {
            synchronized (this) {
                if (generation == seen) {
                    close();
                    Folders.remove(folder);
                    generation++;
                }
            }
        } finally {
            life.writeLock().unlock();
        }
    }

    synchronized void close() {
        if (repository != null) {
            repository.close();
            repository = null;
        }
    }

    private void make() throws IOException {
        for (String name : List.of("objects/info", "objects/pack", "refs/heads")) {
            Files.createDirectories(folder.resolve(name));
        }
        write("config", CONFIG);
        write("HEAD", "ref: refs/heads/main\n");
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)
                || !Files.readString(file, StandardCharsets.ISO_8859_1).equals(text)) {
            Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        }
    }

    private FileRepository open() throws IOException {
        removeLeftovers();
        make();
        return (FileRepository) new FileRepositoryBuilder()
                .setGitDir(folder.toFile())
                .setBare()
                .setMustExist(true)
                .build();
    }

    /** What a process that was killed left behind: locks that nobody holds, packs that nobody finished. */
    private void removeLeftovers() throws IOException {
        for (String name : List.of("", "refs", "refs/heads", "refs/quark", "objects", "objects/pack")) {
            Path part = folder.resolve(name);
            if (Files.isDirectory(part)) {
                try (Stream<Path> files = Files.list(part)) {
                    for (Path file : files.filter(Mirror::isLeftover).toList()) {
                        Files.delete(file);
                    }
                }
            }
        }
    }

    private static boolean isLeftover(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file)
                && (name.endsWith(".lock")
                        || name.startsWith("insert_")
                        || name.startsWith("incoming_")
                        || name.startsWith("tmp_"));
    }
}
