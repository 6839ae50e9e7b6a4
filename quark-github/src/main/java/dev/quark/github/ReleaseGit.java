package dev.quark.github;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.eclipse.jgit.lib.ObjectId;

/**
 * A release's {@code .git}: enough for {@code git status}, {@code git log} and {@code git describe}, with the objects
 * borrowed from the mirror and no remote.
 */
final class ReleaseGit {

    /**
     * Files are written as they are committed, so git is to compare them so. Of the file times only what a copy of the
     * folder keeps is looked at.
     */
    private static final String CONFIG = """
            [core]
            \trepositoryformatversion = 0
            \tfilemode = true
            \tbare = false
            \tcheckStat = minimal
            \ttrustctime = false
            [gc]
            \tauto = 0
            """;

    private static final String ATTRIBUTES = "* -text -ident !eol !filter !working-tree-encoding\n";

    private final Path folder;

    ReleaseGit(Path release) {
        this.folder = release.resolve(".git");
    }

    /** Makes it, for a release whose files are all written. */
    void make(Mirror mirror, ObjectId commit, Collection<GitIndex.Entry> files) throws IOException {
        for (String name : new String[] {"", "objects", "objects/info", "refs", "refs/heads", "info"}) {
            Files.createDirectory(folder.resolve(name));
        }
        write("config", CONFIG);
        write("info/attributes", ATTRIBUTES);
        write("objects/info/alternates", mirror.objects() + "\n");
        point(mirror, commit, GitIndex.empty().with(java.util.List.of(), files));
    }

    /** Changes it, after files of the release were removed and written. */
    void change(Mirror mirror, ObjectId commit, Collection<String> removed, Collection<GitIndex.Entry> written)
            throws IOException {
        GitIndex old = new GitIndex(Files.readAllBytes(folder.resolve("index")));
        point(mirror, commit, old.with(removed, written));
    }

    private void point(Mirror mirror, ObjectId commit, GitIndex index) throws IOException {
        byte[] shallow = mirror.shallow();
        if (shallow.length > 0) {
            Files.write(folder.resolve("shallow"), shallow);
        } else {
            Files.deleteIfExists(folder.resolve("shallow"));
        }
        write("HEAD", commit.name() + "\n");
        Files.write(folder.resolve("index"), index.bytes());
    }

    private void write(String name, String text) throws IOException {
        Files.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }
}
