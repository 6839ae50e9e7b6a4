package dev.quark.github;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.source.BranchName;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.CommitSha;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalCheckoutTest extends GitCheckoutTest {

    private Path bare;
    private CloneUrl url;

    @BeforeEach
    void make() throws Exception {
        bare = git.bare();
        url = RealGit.url(bare);
    }

    @Test
    void gitSeesACleanReleaseAtItsCommit() throws Exception {
        git.push(bare, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        CommitSha sha = git.push(bare, MAIN, "Second", "Ada", awkwardNames("two"));
        Path release = folder.resolve("r");

        checkedOut(url, MAIN, null, release);

        assertGitAgrees(release, sha);
        assertEquals("Second", git.run(release, "log", "-1", "--format=%s"));
        assertEquals(sha.abbreviated(), git.run(release, "describe", "--always"));
        assertEquals("HEAD", git.run(release, "rev-parse", "--abbrev-ref", "HEAD"));
        assertEquals("", git.run(release, "remote"));
    }

    @Test
    void gitSeesACleanReleaseThatWasMadeFromASpare() throws Exception {
        Map<String, String> files = awkwardNames("one");
        files.put("gone/deep/er.txt", "x");
        files.put("gone/other.txt", "x");
        files.put("folder-then-file/x", "x");
        files.put("file-then-folder", "x");
        checkedOut(url, MAIN, git.push(bare, MAIN, "First", "Ada", files), folder.resolve("r1"));
        awaitSpare(url, MAIN);
        files.keySet().removeIf(name -> name.startsWith("gone/") || name.contains("-then-"));
        files.put("folder-then-file", "y");
        files.put("file-then-folder/y", "y");
        files.put("file-then-folder/z/z", "z");
        files.put("a.txt", "changed");
        files.put("aa", "new");
        CommitSha second = git.push(bare, MAIN, "Second", "Ada", files);

        checkedOut(url, MAIN, second, folder.resolve("r2"));

        assertEquals(files, files(folder.resolve("r2")));
        assertFalse(Files.exists(folder.resolve("r2/gone")));
        assertGitAgrees(folder.resolve("r2"), second);
        assertEquals("Second\nFirst", git.run(folder.resolve("r2"), "log", "--format=%s"));
    }

    @Test
    void thousandsOfFiles() throws Exception {
        Map<String, String> files = many(2000);
        CommitSha sha = git.push(bare, MAIN, "Many", "Ada", files);

        checkedOut(url, MAIN, sha, folder.resolve("r"));

        assertEquals(files, files(folder.resolve("r")));
        assertGitAgrees(folder.resolve("r"), sha);
    }

    @Test
    void aFileThatIsTooLargeForTheMemoryGoesToDiskInPieces() throws Exception {
        byte[] large = new byte[20 << 20];
        new Random(1).nextBytes(large);
        Path work = git.work(bare);
        Files.write(work.resolve("large.bin"), large);
        CommitSha sha = git.commitAndPush(work, MAIN, "Large", "Ada");

        checkedOut(url, MAIN, sha, folder.resolve("r"));

        assertArrayEquals(large, Files.readAllBytes(folder.resolve("r/large.bin")));
        assertGitAgrees(folder.resolve("r"), sha);
    }

    @Test
    void executableBitsAndSymbolicLinksAreKept() throws Exception {
        Path work = git.work(bare);
        Files.writeString(work.resolve("run.sh"), "#!/bin/sh\n");
        assertTrue(work.resolve("run.sh").toFile().setExecutable(true));
        Files.writeString(work.resolve("plain.txt"), "plain");
        Files.createDirectory(work.resolve("sub"));
        Files.writeString(work.resolve("sub/x"), "x");
        Files.createSymbolicLink(work.resolve("link"), Path.of("sub/x"));
        Files.createSymbolicLink(work.resolve("nowhere"), Path.of("/no/such/file"));
        git.run(work, "update-index", "--add", "--cacheinfo", "120000," + git.blob(work, "sub//") + ",slashes");
        git.run(work, "add", "run.sh", "plain.txt", "sub", "link", "nowhere");
        git.run(work, "commit", "-q", "-m", "Links");
        git.run(work, "push", "-q", "origin", "HEAD:refs/heads/main");
        CommitSha sha = new CommitSha(git.run(work, "rev-parse", "HEAD"));

        for (String name : List.of("r", "from-spare")) {
            Path release = folder.resolve(name);
            checkedOut(url, MAIN, sha, release);

            assertTrue(Files.getPosixFilePermissions(release.resolve("run.sh"))
                    .contains(PosixFilePermission.OWNER_EXECUTE));
            assertFalse(Files.getPosixFilePermissions(release.resolve("plain.txt"))
                    .contains(PosixFilePermission.OWNER_EXECUTE));
            assertEquals(Path.of("sub/x"), Files.readSymbolicLink(release.resolve("link")));
            assertEquals(Path.of("/no/such/file"), Files.readSymbolicLink(release.resolve("nowhere")));
            assertGitAgrees(release, sha);
            awaitSpare(url, MAIN);
        }
    }

    @Test
    void filesAreWrittenAsTheyAreCommittedWhateverTheAttributesSay() throws Exception {
        Path work = git.work(bare);
        Files.writeString(work.resolve("dos.txt"), "a\r\nb\r\n");
        Files.writeString(work.resolve("unix.bat"), "a\nb\n");
        git.run(work, "add", "-A");
        Files.writeString(
                work.resolve(".gitattributes"), "*.txt text\n*.bat text eol=crlf\n*.dat filter=evil\n*.id ident\n");
        Files.writeString(work.resolve("x.dat"), "x");
        Files.writeString(work.resolve("x.id"), "$Id$");
        CommitSha sha = git.commitAndPush(work, MAIN, "Attributes", "Ada");
        String dos = git.blob(bare, "a\r\nb\r\n");
        git.run(work, "update-index", "--cacheinfo", "100644," + dos + ",dos.txt");

        checkedOut(url, MAIN, sha, folder.resolve("r"));

        assertEquals("a\nb\n", Files.readString(folder.resolve("r/unix.bat")));
        assertEquals("$Id$", Files.readString(folder.resolve("r/x.id")));
        assertGitAgrees(folder.resolve("r"), sha);
    }

    @Test
    void aForcedPushIsFollowedAndTheOldCommitStays() throws Exception {
        CommitSha old = git.push(bare, MAIN, "Old", "Ada", Map.of("a.txt", "old"));
        checkedOut(url, MAIN, null, folder.resolve("r1"));
        awaitSpare(url, MAIN);
        Path work = git.work(bare);
        git.run(work, "checkout", "-q", "--orphan", "fresh");
        Files.writeString(work.resolve("a.txt"), "fresh");
        CommitSha fresh = git.commitAndPush(work, MAIN, "Fresh", "Ada");

        assertEquals(fresh, checkedOut(url, MAIN, null, folder.resolve("r2")).sha());
        assertEquals(Map.of("a.txt", "fresh"), files(folder.resolve("r2")));
        assertEquals(old, checkedOut(url, MAIN, old, folder.resolve("r3")).sha());
        assertEquals(Map.of("a.txt", "old"), files(folder.resolve("r3")));
        assertGitAgrees(folder.resolve("r3"), old);
    }

    @Test
    void aCommitThatNoBranchLeadsToIsHadByItsName() throws Exception {
        CommitSha hidden = git.push(bare, MAIN, "Hidden", "Ada", Map.of("a.txt", "hidden"));
        git.push(bare, new BranchName("other"), "Other", "Ada", Map.of("a.txt", "other"));
        git.run(bare, "update-ref", "-d", "refs/heads/main");

        checkedOut(url, MAIN, hidden, folder.resolve("r"));

        assertEquals(Map.of("a.txt", "hidden"), files(folder.resolve("r")));
    }

    @Test
    void aCommitThatIsHereNeedsNoRepository() throws Exception {
        CommitSha sha = git.push(bare, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        checkedOut(url, MAIN, sha, folder.resolve("r1"));
        Files.move(bare, repositories.resolve("moved.git"));

        checkedOut(url, MAIN, sha, folder.resolve("r2"));

        assertEquals(Map.of("a.txt", "one"), files(folder.resolve("r2")));
    }

    @Test
    void aShallowRepositoryIsASourceToo() throws Exception {
        git.push(bare, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        CommitSha sha = git.push(bare, MAIN, "Second", "Ada", Map.of("a.txt", "two"));
        Path shallow = repositories.resolve("shallow.git");
        git.run(repositories, "clone", "-q", "--bare", "--depth", "1", "file://" + bare, shallow.toString());

        checkedOut(RealGit.url(shallow), MAIN, null, folder.resolve("r"));

        assertGitAgrees(folder.resolve("r"), sha);
        assertEquals("Second", git.run(folder.resolve("r"), "log", "--format=%s"));
    }

    @Test
    void theHistoryThatIsKnownGrowsWithEachPush() throws Exception {
        git.push(bare, MAIN, "Never seen", "Ada", Map.of("a.txt", "0"));
        for (String name : List.of("First", "Second", "Third")) {
            git.push(bare, MAIN, name, "Ada", Map.of("a.txt", name));
            checkedOut(url, MAIN, null, folder.resolve(name));
        }
        assertEquals("Third\nSecond\nFirst", git.run(folder.resolve("Third"), "log", "--format=%s"));
        assertEquals("First", git.run(folder.resolve("First"), "log", "--format=%s"));
    }

    @Test
    void aMergeAndABranchOfSlashesAreNothingSpecial() throws Exception {
        BranchName feature = new BranchName("feature/a/b");
        git.push(bare, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        Path work = git.work(bare);
        git.run(work, "checkout", "-q", "-b", feature.value());
        Files.writeString(work.resolve("b.txt"), "b");
        git.commitAndPush(work, feature, "Feature", "Ada");
        checkedOut(url, feature, null, folder.resolve("feature"));
        git.run(work, "checkout", "-q", "main");
        git.run(work, "merge", "-q", "--no-ff", "-m", "Merge", feature.value());
        CommitSha merge = git.commitAndPush(work, MAIN, "After", "Ada");

        checkedOut(url, MAIN, merge, folder.resolve("main"));

        assertEquals(Map.of("a.txt", "one", "b.txt", "b"), files(folder.resolve("main")));
        assertGitAgrees(folder.resolve("main"), merge);
        assertEquals("After", git.run(folder.resolve("main"), "log", "--format=%s"));
    }

    @Test
    void manyPushesLeaveFewPacks() throws Exception {
        Path work = git.work(bare);
        List<CommitSha> commits = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Files.writeString(work.resolve("a.txt"), "text " + i);
            commits.add(git.commitAndPush(work, MAIN, "Commit " + i, "Ada"));
            checkedOut(url, MAIN, null, folder.resolve("r"));
        }
        Path mirror = data.resolve("mirrors");
        await(() -> RealGit.find(mirror, ".pack").size() < 20, "the packs were not merged");

        for (int i = 0; i < 30; i += 5) {
            checkedOut(url, MAIN, commits.get(i), folder.resolve("old"));
            assertEquals(Map.of("a.txt", "text " + i), files(folder.resolve("old")));
            assertGitAgrees(folder.resolve("old"), commits.get(i));
        }
    }

    private void assertGitAgrees(Path release, CommitSha sha) throws Exception {
        assertTrue(Files.isDirectory(release.resolve(".git"), LinkOption.NOFOLLOW_LINKS));
        assertEquals(sha.value(), git.run(release, "rev-parse", "HEAD"));
        assertEquals("", git.run(release, "status", "--porcelain", "--ignored"));
        assertEquals("", git.run(release, "diff-index", "--cached", "HEAD"));
        git.run(release, "fsck", "--connectivity-only");
    }

    private static Map<String, String> awkwardNames(String text) {
        Map<String, String> files = new HashMap<>();
        for (String name : List.of(
                "a.txt",
                "a-b",
                "a/b",
                "a0",
                "ünï/cødé ✓.txt",
                "日本語",
                "emoji 🚀",
                "with space/and 'quotes\"",
                "back\\slash",
                "new\nline",
                ".hidden",
                ".gitignore",
                "x".repeat(200),
                "CON",
                "trailing.",
                "star*",
                "-dash",
                "git~2",
                "x.git/config")) {
            files.put(name, text + " " + name.length());
        }
        files.put(".gitignore", "# nothing\n");
        return files;
    }

    private static Map<String, String> many(int count) {
        Map<String, String> files = new HashMap<>();
        for (int i = 0; i < count; i++) {
            files.put("src/" + i / 50 + "/f" + i + ".txt", ("file " + i + "\n").repeat(90));
        }
        return files;
    }
}
