package dev.quark.github;

import dev.quark.core.source.BranchName;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.Deflater;
import org.eclipse.jgit.internal.storage.file.PackInserter;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.ObjectStream;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryCache;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.eclipse.jgit.util.FS;
import org.jspecify.annotations.Nullable;

/**
 * A repository on this machine ({@code file://}). What a commit needs and the mirror lacks is copied object by object:
 * there is nobody to negotiate with, and no history is read. Every object is named anew by its content.
 */
final class LocalSource implements Source {

    /** Deeper folders have paths that no file system takes. */
    private static final int DEEPEST = 1000;

    private final Stop stop;

    LocalSource(Stop stop) {
        this.stop = stop;
    }

    @Override
    public ObjectId fetch(Mirror mirror, @Nullable BranchName branch, @Nullable ObjectId sha)
            throws Refusal, DamagedMirrorException, IOException, InterruptedException {
        try (Repository there = open(mirror);
                ObjectReader reader = there.newObjectReader();
                PackInserter inserter = mirror.repository().getObjectDatabase().newPackInserter()) {
            ObjectId commit =
                    sha == null ? head(there, mirror, Objects.requireNonNull(branch, "a branch or a commit")) : sha;
            inserter.setCompressionLevel(Deflater.BEST_SPEED);
            inserter.checkExisting(false);
            new Copy(mirror, reader, inserter, stop).commit(commit, Refusals.gone(commit, mirror.url()));
            inserter.flush();
            return commit;
        } catch (UnreadableException e) {
            throw new Refusal(
                    "The repository at " + mirror.url() + " is damaged (" + e.getMessage()
                            + "): repair it with git fsck, or push the branch again from a good clone",
                    e);
        }
    }

    @Override
    public ObjectId head(Mirror mirror, BranchName branch) throws Refusal {
        try (Repository there = open(mirror)) {
            return head(there, mirror, branch);
        }
    }

    private static Repository open(Mirror mirror) throws Refusal {
        try {
            File folder = Path.of(URI.create(mirror.url().value())).toFile();
            File repository = RepositoryCache.FileKey.resolve(folder, FS.DETECTED);
            if (repository == null) {
                throw new Refusal("There is no git repository at " + mirror.url() + ", or this server may not read it");
            }
            return new FileRepositoryBuilder()
                    .setGitDir(repository)
                    .setMustExist(true)
                    .build();
        } catch (IOException | IllegalArgumentException e) {
            throw new Refusal("The git repository at " + mirror.url() + " can't be opened: " + e.getMessage(), e);
        }
    }

    private static ObjectId head(Repository there, Mirror mirror, BranchName branch) throws Refusal {
        try {
            Ref ref = there.exactRef(branch.ref());
            if (ref != null && ref.getObjectId() != null) {
                return ref.getObjectId();
            }
        } catch (IOException e) {
            throw new Refusal("The branches of " + mirror.url() + " can't be read: " + e.getMessage(), e);
        }
        throw Refusals.noBranch(branch, mirror.url());
    }

    /** The source's fault, not the mirror's. */
    private static final class UnreadableException extends IOException {

        UnreadableException(IOException cause) {
            super(String.valueOf(cause.getMessage()), cause);
        }
    }

    /** One copy; children before parents, so that what is there is always complete. */
    private record Copy(Mirror here, ObjectReader there, PackInserter inserter, Stop stop) {

        void commit(ObjectId id, Refusal gone)
                throws Refusal, DamagedMirrorException, IOException, InterruptedException {
            byte[] raw;
            try {
                if (!there.has(id)) {
                    throw gone;
                }
                ObjectLoader loader = there.open(id);
                if (loader.getType() != Constants.OBJ_COMMIT) {
                    throw Refusals.noCommit(id);
                }
                raw = loader.getBytes();
            } catch (IOException e) {
                throw new UnreadableException(e);
            }
            tree(ObjectId.fromString(raw, "tree ".length()), 0);
            inserter.insert(Constants.OBJ_COMMIT, raw);
        }

        private void tree(ObjectId id, int depth)
                throws Refusal, DamagedMirrorException, IOException, InterruptedException {
            stop.check();
            if (here.has(id)) {
                return;
            }
            if (depth > DEEPEST) {
                throw new Refusal("The commit has folders in folders more than " + DEEPEST + " deep");
            }
            byte[] raw = read(id, Constants.OBJ_TREE);
            CanonicalTreeParser entries = new CanonicalTreeParser();
            for (entries.reset(raw); !entries.eof(); entries.next()) {
                FileMode mode = entries.getEntryFileMode();
                if (mode.equals(FileMode.TREE)) {
                    tree(entries.getEntryObjectId(), depth + 1);
                } else if (!mode.equals(FileMode.GITLINK)) {
                    blob(entries.getEntryObjectId());
                }
            }
            inserter.insert(Constants.OBJ_TREE, raw);
        }

        private void blob(ObjectId id) throws DamagedMirrorException, IOException, InterruptedException {
            stop.check();
            if (here.has(id)) {
                return;
            }
            ObjectLoader loader;
            try {
                loader = there.open(id, Constants.OBJ_BLOB);
            } catch (IOException e) {
                throw new UnreadableException(e);
            }
            if (loader.isLarge()) {
                try (ObjectStream content = loader.openStream()) {
                    inserter.insert(Constants.OBJ_BLOB, content.getSize(), content);
                }
            } else {
                inserter.insert(Constants.OBJ_BLOB, loader.getCachedBytes());
            }
        }

        private byte[] read(ObjectId id, int type) throws UnreadableException {
            try {
                return there.open(id, type).getCachedBytes(Integer.MAX_VALUE);
            } catch (IOException e) {
                throw new UnreadableException(e);
            }
        }
    }
}
