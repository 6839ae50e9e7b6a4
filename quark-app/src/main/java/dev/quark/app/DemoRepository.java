package dev.quark.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
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

/** A bare repository, made without a git program. */
final class DemoRepository {

    static final String AUTHOR = "Mona Lisa";

    private static final String HELLO = """
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

    private final Path folder;
    private String message = "";
    private String head = "";

    private DemoRepository(Path folder) {
        this.folder = folder;
    }

    /** One with a script that says hello. */
    static DemoRepository hello(Path folder) throws IOException {
        DemoRepository made = create(folder);
        made.commit("Say hello", Map.of("README.md", "# Hello\n\nDeployed by QUARK.\n", "deploy.sh", HELLO));
        return made;
    }

    /** One without commits. */
    static DemoRepository create(Path folder) throws IOException {
        try (Repository repository = open(folder)) {
            repository.create(true);
            return new DemoRepository(folder);
        }
    }

    private static Repository open(Path folder) throws IOException {
        return new FileRepositoryBuilder().setGitDir(folder.toFile()).setBare().build();
    }

    Path folder() {
        return folder;
    }

    /** Where it is cloned from. */
    String url() {
        return folder.toUri().toString().replaceFirst("^file:/+", "file:///");
    }

    /** The newest commit's message. */
    String message() {
        return message;
    }

    /** The newest commit's name. */
    String head() {
        return head;
    }

    /** Makes these files, and no others, the newest commit. */
    void commit(String text, Map<String, String> files) throws IOException {
        try (Repository repository = open(folder);
                ObjectInserter objects = repository.newObjectInserter()) {
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(tree(objects, files));
            if (!head.isEmpty()) {
                commit.setParentId(ObjectId.fromString(head));
            }
            commit.setAuthor(new PersonIdent(AUTHOR, "mona@example.com"));
            commit.setCommitter(commit.getAuthor());
            commit.setMessage(text);
            ObjectId id = objects.insert(commit);
            objects.flush();
            RefUpdate main = repository.updateRef("refs/heads/main");
            main.setNewObjectId(id);
            main.update();
            repository.updateRef(Constants.HEAD).link("refs/heads/main");
            message = text;
            head = id.name();
        }
    }

    private static ObjectId tree(ObjectInserter objects, Map<String, String> files) throws IOException {
        DirCache tree = DirCache.newInCore();
        DirCacheBuilder builder = tree.builder();
        for (Map.Entry<String, String> file : files.entrySet()) {
            DirCacheEntry entry = new DirCacheEntry(file.getKey());
            entry.setFileMode(file.getKey().endsWith(".sh") ? FileMode.EXECUTABLE_FILE : FileMode.REGULAR_FILE);
            entry.setObjectId(objects.insert(Constants.OBJ_BLOB, file.getValue().getBytes(StandardCharsets.UTF_8)));
            builder.add(entry);
        }
        builder.finish();
        return tree.writeTree(objects);
    }
}
