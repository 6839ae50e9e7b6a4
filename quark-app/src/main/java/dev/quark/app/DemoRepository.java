package dev.quark.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * A bare repository with one commit, made without a git program.
 *
 * @param folder where it is
 * @param head the commit's name
 */
record DemoRepository(Path folder, String head) {

    static final String MESSAGE = "Say hello";
    static final String AUTHOR = "Mona Lisa";

    private static final String SCRIPT = """
            #!/bin/sh
            set -eu
            echo "$GREETING from commit $(echo "$COMMIT_SHA" | cut -c1-7) of $REPO_NAME, branch $BRANCH"
            for step in "installing dependencies" "building" "running the tests"; do
              echo "$step ..."
              sleep 0.4
            done
            echo "signing in with the token $API_TOKEN"
            echo "a warning goes to standard error" >&2
            mkdir -p public && echo "<h1>$GREETING</h1>" > public/index.html
            echo "done"
            """;

    static DemoRepository create(Path folder) throws IOException {
        try (Repository repository =
                new FileRepositoryBuilder().setGitDir(folder.toFile()).setBare().build()) {
            repository.create(true);
            return new DemoRepository(folder, commit(repository).name());
        }
    }

    private static ObjectId commit(Repository repository) throws IOException {
        try (ObjectInserter objects = repository.newObjectInserter()) {
            DirCache tree = DirCache.newInCore();
            DirCacheBuilder files = tree.builder();
            files.add(file(objects, "README.md", FileMode.REGULAR_FILE, "# Hello\n\nDeployed by QUARK.\n"));
            files.add(file(objects, "deploy.sh", FileMode.EXECUTABLE_FILE, SCRIPT));
            files.finish();
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(tree.writeTree(objects));
            commit.setAuthor(new PersonIdent(AUTHOR, "mona@example.com"));
            commit.setCommitter(commit.getAuthor());
            commit.setMessage(MESSAGE);
            ObjectId id = objects.insert(commit);
            objects.flush();
            RefUpdate main = repository.updateRef("refs/heads/main");
            main.setNewObjectId(id);
            main.update();
            repository.updateRef(Constants.HEAD).link("refs/heads/main");
            return id;
        }
    }

    private static DirCacheEntry file(ObjectInserter objects, String path, FileMode mode, String text)
            throws IOException {
        DirCacheEntry entry = new DirCacheEntry(path);
        entry.setFileMode(mode);
        entry.setObjectId(objects.insert(Constants.OBJ_BLOB, text.getBytes(StandardCharsets.UTF_8)));
        return entry;
    }
}
