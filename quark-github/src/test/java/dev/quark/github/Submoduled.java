package dev.quark.github;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Submodules made by hand, so that {@code .gitmodules} may say what it likes. */
final class Submoduled {

    private Submoduled() {}

    /** Adds the head of a bare repository's main branch as a submodule; the caller commits. */
    static void add(RealGit git, Path work, String path, String url, Path bare) throws Exception {
        Files.writeString(
                work.resolve(".gitmodules"),
                "[submodule \"" + path + "\"]\n\tpath = " + path + "\n\turl = " + url + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        link(git, work, path, git.run(bare, "rev-parse", "main"));
    }

    /** Puts a commit of another repository into the index. */
    static void link(RealGit git, Path work, String path, String commit) throws Exception {
        // An empty folder, so that "add -A" doesn't take it for removed.
        Files.createDirectories(work.resolve(path));
        git.run(work, "update-index", "--add", "--cacheinfo", "160000," + commit + "," + path);
    }
}
