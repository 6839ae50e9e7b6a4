package dev.quark.github;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.CommitSha;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commits that aren't checked out, or only with care. */
class RefusedContentTest extends GitCheckoutTest {

    private static final String POINTER =
            "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64) + "\nsize 12345\n";

    private Path bare;
    private CloneUrl url;

    @BeforeEach
    void make() throws Exception {
        bare = git.bare();
        url = RealGit.url(bare);
    }

    @Test
    void filesInGitLfsAreRefused() throws Exception {
        git.push(bare, MAIN, "Before", "Ada", Map.of("a.txt", "one", ".gitattributes", "*.bin filter=lfs -text\n"));
        checkedOut(url, MAIN, null, folder.resolve("r"));
        awaitSpare(url, MAIN);
        git.push(bare, MAIN, "LFS", "Ada", Map.of(".gitattributes", "*.bin filter=lfs -text\n", "sub/x.bin", POINTER));

        assertTrue(refused(url, MAIN, null, "Git LFS").contains("sub/x.bin"));
        assertTrue(refused(url, MAIN, null, "Git LFS").contains("commit the files themselves"));
        assertFalse(Files.exists(folder.resolve("refused")));
    }

    @Test
    void whatOnlyLooksLikeLfsIsAFile() throws Exception {
        git.push(bare, MAIN, "Pointer", "Ada", Map.of("pointer.txt", POINTER));
        checkedOut(url, MAIN, null, folder.resolve("r"));
        assertEquals(Map.of("pointer.txt", POINTER), files(folder.resolve("r")));

        // And counts as soon as the repository says that it uses LFS.
        git.push(bare, MAIN, "LFS", "Ada", Map.of("pointer.txt", POINTER, ".gitattributes", "*.txt filter=lfs\n"));
        refused(url, MAIN, null, "pointer.txt");
    }

    @Test
    void unsafeNamesAreRefused() throws Exception {
        String blob = git.blob(bare, "evil");
        String inner = git.pipeTree(bare, RealGit.tree("100644", "config", blob));
        for (String name : List.of("..", ".", ".git", ".GIT", ".gIt", "GIT~1", ".git.", ".git ", "a/b", "/etc", "")) {
            git.pushTree(bare, RealGit.tree("100644", name, blob));
            refused(url, MAIN, null, "forbidden file name");
            git.pushTree(bare, RealGit.tree("40000", name, inner));
            refused(url, MAIN, null, "forbidden file name");
        }
    }

    @Test
    void aNameInAnUnknownEncodingIsRefused() throws Exception {
        byte[] tree = RealGit.tree("100644", "name-X", git.blob(bare, "x"));
        tree["100644 name-".length()] = (byte) 0xff;
        git.pushTree(bare, tree);
        refused(url, MAIN, null, "UTF-8");
    }

    @Test
    void aNameThatStandsTwiceIsRefused() throws Exception {
        String blob = git.blob(bare, "evil");
        String link = git.blob(bare, outside().toString());
        String inner = git.pipeTree(bare, RealGit.tree("100644", "x", blob));

        git.pushTree(bare, RealGit.tree("100644", "a", blob, "100644", "a", blob));
        refused(url, MAIN, null, "forbidden file name");
        git.pushTree(bare, RealGit.tree("120000", "a", link, "40000", "a", inner));
        refused(url, MAIN, null, "forbidden file name");
        git.pushTree(bare, RealGit.tree("120000", "a", link, "100644", "a.txt", blob, "40000", "a", inner));
        refused(url, MAIN, null, "forbidden file name");

        assertFalse(Files.exists(outside().resolve("x")));
    }

    @Test
    void nothingIsWrittenThroughALink() throws Exception {
        String blob = git.blob(bare, "evil");
        String inner = git.pipeTree(bare, RealGit.tree("100644", "x", blob));
        String link = git.blob(bare, outside().toString());
        byte[] asFolder = RealGit.tree("40000", "a", inner);
        byte[] asLink = RealGit.tree("120000", "a", link);
        int release = 0;
        for (byte[] tree : List.of(asFolder, asLink, asFolder, asLink, asFolder)) {
            CommitSha sha = git.pushTree(bare, tree);
            Path now = folder.resolve("r" + ++release);
            checkedOut(url, MAIN, sha, now);
            awaitSpare(url, MAIN);

            assertEquals(Arrays.equals(tree, asLink), Files.isSymbolicLink(now.resolve("a")));
            assertFalse(Files.exists(outside().resolve("x")));
            assertEquals("", git.run(now, "status", "--porcelain"));
        }
    }

    @Test
    void theReleaseFolderItselfMayHaveBeenALink() throws Exception {
        git.push(bare, MAIN, "First", "Ada", Map.of("x", "evil"));
        Files.createSymbolicLink(folder.resolve("r"), outside());

        checkedOut(url, MAIN, null, folder.resolve("r"));

        assertFalse(Files.isSymbolicLink(folder.resolve("r")));
        assertTrue(Files.isDirectory(outside(), LinkOption.NOFOLLOW_LINKS));
        assertFalse(Files.exists(outside().resolve("x")));
    }

    @Test
    void whatIsNoCommitIsRefused() throws Exception {
        git.push(bare, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        CommitSha tree = new CommitSha(git.run(bare, "rev-parse", "main^{tree}"));
        refused(url, MAIN, tree, "names no commit");
        checkedOut(url, MAIN, null, folder.resolve("r"));
        refused(url, MAIN, tree, "names no commit");
    }

    @Test
    void aDamagedRepositoryIsRefused() throws Exception {
        git.push(bare, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        String blob = git.run(bare, "rev-parse", "main:a.txt");
        Files.delete(bare.resolve("objects/" + blob.substring(0, 2) + "/" + blob.substring(2)));

        refused(url, MAIN, null, "damaged");
    }

    @Test
    void nobodysConfigurationCounts() throws Exception {
        Path work = git.work(bare);
        Files.writeString(work.resolve(".gitattributes"), "* filter=evil\n");
        Files.writeString(work.resolve("x.txt"), "x");
        git.commitAndPush(work, MAIN, "Filter", "Ada");
        Path marker = folder.toRealPath().resolve("marker");
        git.run(bare, "config", "filter.evil.smudge", "touch " + marker);
        git.run(bare, "config", "core.hooksPath", bare.resolve("hooks").toString());
        Path hook = Files.writeString(bare.resolve("hooks/post-checkout"), "#!/bin/sh\ntouch " + marker + "\n");
        assertTrue(hook.toFile().setExecutable(true));

        checkedOut(url, MAIN, null, folder.resolve("r"));

        assertFalse(Files.exists(marker));
    }

    private Path outside() throws Exception {
        return Files.createDirectories(folder.toRealPath().resolve("outside"));
    }
}
