package dev.quark.github;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.PathSuffixFilter;
import org.jspecify.annotations.Nullable;

/** Writes a commit of a mirror to a folder. */
final class Release {

    private static final int LONGEST_MODULES = 1 << 20;

    private final Mirror mirror;
    private final FileRepository objects;
    private final RevCommit commit;

    Release(Mirror mirror, RevCommit commit) throws IOException {
        this.mirror = mirror;
        this.objects = mirror.repository();
        this.commit = commit;
    }

    /** Writes everything to a folder that isn't there yet; its parents are made. */
    Submodules.Links writeNew(Path folder, Executor helper, Stop stop)
            throws Refusal, DamagedMirrorException, IOException, InterruptedException {
        ReleaseFiles files = filesFor(folder, null, stop);
        Files.createDirectories(folder);
        files.write(helper);
        finishNew(folder, files);
        return links(files);
    }

    /**
     * The files to write.
     *
     * @param heldTree the tree whose files the folder holds; null for an empty folder
     */
    ReleaseFiles filesFor(Path folder, @Nullable ObjectId heldTree, Stop stop) throws Refusal, DamagedMirrorException {
        try (ObjectReader reader = objects.newObjectReader()) {
            return new ReleaseFiles(objects, folder, TreeChanges.between(reader, heldTree, commit.getTree()), stop);
        }
    }

    /** After all files were written to an empty folder. */
    void finishNew(Path folder, ReleaseFiles files) throws Refusal, DamagedMirrorException, IOException {
        refuseLfs(files.pointers());
        new ReleaseGit(folder).make(mirror, commit, files.written());
    }

    /** Writes what differs from the commit that the folder holds. */
    Submodules.Links writeChanges(Path folder, ObjectId heldTree, Executor helper, Stop stop)
            throws Refusal, DamagedMirrorException, IOException, InterruptedException {
        ReleaseFiles files = filesFor(folder, heldTree, stop);
        files.write(helper);
        refuseLfs(files.pointers());
        new ReleaseGit(folder).change(mirror, commit, files.removed(), files.written());
        return links(files);
    }

    private Submodules.Links links(ReleaseFiles files) throws Refusal, DamagedMirrorException {
        return new Submodules.Links(files.submodules(), files.submodules().isEmpty() ? "" : modules());
    }

    /** The commit's {@code .gitmodules}; empty where it has none. */
    private String modules() throws Refusal, DamagedMirrorException {
        try (TreeWalk walk = TreeWalk.forPath(objects, Constants.DOT_GIT_MODULES, commit.getTree())) {
            if (walk == null || (walk.getRawMode(0) & FileMode.TYPE_MASK) != FileMode.TYPE_FILE) {
                return "";
            }
            ObjectLoader text = objects.open(walk.getObjectId(0));
            if (text.getSize() > LONGEST_MODULES) {
                throw new Refusal("The file .gitmodules is longer than " + LONGEST_MODULES + " bytes");
            }
            return new String(text.getCachedBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new DamagedMirrorException(e);
        }
    }

    /** A pointer counts only where the repository says that it uses LFS; else it is a file like others. */
    private void refuseLfs(List<String> pointers) throws Refusal, DamagedMirrorException {
        if (!pointers.isEmpty() && usesLfs()) {
            throw new Refusal("The commit keeps " + TreeChanges.named("file", pointers)
                    + " in Git LFS, which isn't fetched: commit the files themselves, or take them out of the"
                    + " repository and download them in the deploy command");
        }
    }

    private boolean usesLfs() throws DamagedMirrorException {
        try (TreeWalk walk = new TreeWalk(objects)) {
            walk.addTree(commit.getTree());
            walk.setRecursive(true);
            walk.setFilter(PathSuffixFilter.create(Constants.DOT_GIT_ATTRIBUTES));
            while (walk.next()) {
                byte[] text = objects.open(walk.getObjectId(0)).getCachedBytes();
                if (new String(text, StandardCharsets.ISO_8859_1).contains("filter=lfs")) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new DamagedMirrorException(e);
        }
    }
}
