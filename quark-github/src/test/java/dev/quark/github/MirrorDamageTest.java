package dev.quark.github;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.CommitSha;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a crash, a full disk or a hand may leave of a mirror or of a spare. */
class MirrorDamageTest extends GitCheckoutTest {

    private Path bare;
    private CloneUrl url;
    private Map<String, String> files;

    @BeforeEach
    void checkOutOnce() throws Exception {
        bare = git.bare();
        url = RealGit.url(bare);
        files = new HashMap<>();
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            files.put("f" + i, Long.toHexString(random.nextLong()).repeat(10) + i);
        }
        git.push(bare, MAIN, "First", "Ada", files);
        checkedOut(url, MAIN, null, folder.resolve("r1"));
        sources.close();
    }

    @Test
    void aTruncatedPackIsFetchedAnew() throws Exception {
        for (Path pack : RealGit.find(mirror(), ".pack")) {
            truncate(pack, Files.size(pack) / 2);
        }
        assertWorks();
    }

    @Test
    void anEmptyPackIsFetchedAnew() throws Exception {
        for (Path pack : RealGit.find(mirror(), ".pack")) {
            truncate(pack, 0);
        }
        assertWorks();
    }

    @Test
    void aTruncatedIndexOfAPackIsFetchedAnew() throws Exception {
        for (Path index : RealGit.find(mirror(), ".idx")) {
            truncate(index, Files.size(index) / 2);
        }
        assertWorks();
    }

    @Test
    void aByteThatFlippedIsFetchedAnew() throws Exception {
        for (Path pack : RealGit.find(mirror(), ".pack")) {
            assertTrue(pack.toFile().setWritable(true));
            byte[] bytes = Files.readAllBytes(pack);
            for (int i = 1000; i < bytes.length - 1000; i += 50) {
                bytes[i] ^= 0x55;
            }
            Files.write(pack, bytes);
        }
        assertWorks();
    }

    @Test
    void lostPacksAreFetchedAnew() throws Exception {
        Folders.remove(mirror().resolve("objects/pack"));
        assertWorks();
    }

    @Test
    void anUnreadableConfigurationDoesntMatter() throws Exception {
        Files.writeString(mirror().resolve("config"), "[core\n\u0000garbage");
        Files.writeString(mirror().resolve("HEAD"), "");
        assertWorks();
    }

    @Test
    void anUnreadableListOfShallowCommitsIsFetchedAnew() throws Exception {
        Files.writeString(mirror().resolve("shallow"), "garbage\n");
        assertWorks();
    }

    @Test
    void locksOfADeadProcessDontHold() throws Exception {
        Files.createDirectories(mirror().resolve("refs/quark"));
        try (var refs = Files.list(mirror().resolve("refs/quark"))) {
            for (Path ref : refs.toList()) {
                Files.createFile(ref.resolveSibling(ref.getFileName() + ".lock"));
            }
        }
        Files.createFile(mirror().resolve("shallow.lock"));
        Files.createFile(mirror().resolve("packed-refs.lock"));
        Path unfinished = Files.createFile(mirror().resolve("objects/pack/tmp_pack_x"));
        assertWorks();
        assertFalse(Files.exists(unfinished));
    }

    @Test
    void aFileInPlaceOfTheMirrorIsReplaced() throws Exception {
        Path mirror = mirror();
        Folders.remove(mirror);
        Files.writeString(mirror, "x");
        assertWorks();
    }

    @Test
    void aSpareOfADeadProcessIsNeverUsed() throws Exception {
        Path left = data.resolve("spares/0-left-over/1");
        Files.createDirectories(left);
        Files.writeString(left.resolve("half"), "made");
        assertWorks();
        awaitSpare(url, MAIN);
        assertFalse(Files.exists(left));
    }

    @Test
    void aSpareThatVanishedIsDoneWithout() throws Exception {
        reopen();
        checkedOut(url, MAIN, null, folder.resolve("r2"));
        awaitSpare(url, MAIN);
        Folders.empty(data.resolve("spares"));
        pushAndCheck();
    }

    @Test
    void aSpareOfAMirrorThatIsMadeAnewIsNotUsed() throws Exception {
        reopen();
        checkedOut(url, MAIN, null, folder.resolve("r2"));
        awaitSpare(url, MAIN);
        for (Path pack : RealGit.find(mirror(), ".pack")) {
            truncate(pack, 40);
        }
        BareSystem.install(); // Forgets what was read.
        pushAndCheck();
    }

    private void assertWorks() throws Exception {
        reopen();
        pushAndCheck();
        checkedOut(url, MAIN, null, folder.resolve("again"));
        assertEquals(files, files(folder.resolve("again")));
    }

    private void pushAndCheck() throws Exception {
        files.put("new", "new");
        CommitSha sha = git.push(bare, MAIN, "Second", "Ada", files);
        Path release = folder.resolve("r3");
        checkedOut(url, MAIN, sha, release);
        assertEquals(files, files(release));
        assertEquals("", git.run(release, "status", "--porcelain"));
        assertEquals("Second", git.run(release, "log", "-1", "--format=%s"));
    }

    private Path mirror() throws Exception {
        try (var mirrors = Files.list(data.resolve("mirrors"))) {
            return mirrors.findFirst().orElseThrow();
        }
    }

    private static void truncate(Path file, long length) throws Exception {
        assertTrue(file.toFile().setWritable(true));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }
}
