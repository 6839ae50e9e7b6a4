package dev.quark.github;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.CommitSha;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commits with submodules, over HTTP and from this machine. */
class SubmoduleCheckoutTest extends GitCheckoutTest {

    private GitHttpServer server;
    private Path app;
    private Path library;
    private Path work;

    @BeforeEach
    void make() throws Exception {
        server = GitHttpServer.start(repositories);
        app = git.bare();
        library = git.bare();
        git.push(library, MAIN, "Library", "Ada", Map.of("lib.txt", "one"));
        work = git.work(app);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private CommitSha commit(String message) throws Exception {
        return git.commitAndPush(work, MAIN, message, "Ada");
    }

    private void add(String path, String url) throws Exception {
        Submoduled.add(git, work, path, url, library);
    }

    @Test
    void aRelativeUrlCountsFromTheRepositorys() throws Exception {
        Files.writeString(work.resolve("a.txt"), "a");
        add("vendor/lib", "../" + library.getFileName());
        CommitSha sha = commit("Submodule");
        for (CloneUrl url : List.of(server.url(app), RealGit.url(app))) {
            Path release = folder.resolve("r");

            checkedOut(url, MAIN, sha, release);

            assertEquals("one", Files.readString(release.resolve("vendor/lib/lib.txt")));
            assertEquals("a", Files.readString(release.resolve("a.txt")));
        }
    }

    @Test
    void anAbsoluteUrlAndOnesForSshOnTheSameHostAreClonedOverHttp() throws Exception {
        String name = library.getFileName().toString();
        add("absolute", server.base() + "/" + name);
        add("scp", "git@127.0.0.1:" + name);
        add("ssh", "ssh://git@127.0.0.1:22/" + name);
        commit("Submodules");

        checkedOut(server.url(app), MAIN, null, folder.resolve("r"));

        for (String path : List.of("absolute", "scp", "ssh")) {
            assertEquals("one", Files.readString(folder.resolve("r/" + path + "/lib.txt")), path);
        }
        // One mirror serves them all.
        assertEquals(
                1,
                server.requests().stream()
                        .filter(request -> request.startsWith("GET /" + name))
                        .count());
    }

    @Test
    void gitFindsThemCleanAndInPlace() throws Exception {
        add("vendor/lib", "../" + library.getFileName());
        commit("Submodule");
        Path release = folder.resolve("r");
        checkedOut(server.url(app), MAIN, null, release);

        assertEquals("", git.run(release, "status", "--porcelain"));
        assertEquals("Library", git.run(release.resolve("vendor/lib"), "log", "--format=%s"));
        assertEquals("", git.run(release.resolve("vendor/lib"), "remote"));
        git.run(release, "submodule", "--quiet", "update", "--init", "--recursive");
        assertEquals("one", Files.readString(release.resolve("vendor/lib/lib.txt")));
    }

    @Test
    void theNextDeploymentsHaveTheSubmoduleOfTheirCommit() throws Exception {
        Files.writeString(work.resolve("a.txt"), "a");
        commit("None yet");
        CloneUrl url = server.url(app);
        checkedOut(url, MAIN, null, folder.resolve("r0"));
        awaitSpare(url, MAIN);

        add("lib", "../" + library.getFileName());
        CommitSha first = commit("Submodule");
        checkedOut(url, MAIN, null, folder.resolve("r1"));
        git.push(library, MAIN, "Library 2", "Ada", Map.of("lib.txt", "two", "more.txt", "m"));
        Submoduled.link(git, work, "lib", git.run(library, "rev-parse", "main"));
        Files.writeString(work.resolve("a.txt"), "changed");
        commit("Newer submodule");
        checkedOut(url, MAIN, null, folder.resolve("r2"));
        git.run(work, "rm", "-q", "-r", "-f", "--cached", "lib", ".gitmodules");
        Files.delete(work.resolve(".gitmodules"));
        Files.delete(work.resolve("lib"));
        commit("No submodule");
        checkedOut(url, MAIN, null, folder.resolve("r3"));
        checkedOut(url, MAIN, first, folder.resolve("r4"));

        assertEquals("one", Files.readString(folder.resolve("r1/lib/lib.txt")));
        assertEquals("two", Files.readString(folder.resolve("r2/lib/lib.txt")));
        assertTrue(Files.exists(folder.resolve("r2/lib/more.txt")));
        assertFalse(Files.exists(folder.resolve("r3/lib")));
        assertEquals("one", Files.readString(folder.resolve("r4/lib/lib.txt")));
        for (String release : List.of("r0", "r1", "r2", "r3", "r4")) {
            assertEquals("", git.run(folder.resolve(release), "status", "--porcelain"), release);
        }
    }

    @Test
    void aFileBecomesASubmoduleAndOneAFile() throws Exception {
        Files.writeString(work.resolve("x"), "file");
        Files.writeString(work.resolve("b.txt"), "b");
        commit("File");
        CloneUrl url = server.url(app);
        checkedOut(url, MAIN, null, folder.resolve("r1"));
        awaitSpare(url, MAIN);
        git.run(work, "rm", "-q", "x");
        add("x", "../" + library.getFileName());
        commit("Submodule");

        checkedOut(url, MAIN, null, folder.resolve("r2"));

        assertEquals("one", Files.readString(folder.resolve("r2/x/lib.txt")));
        assertEquals("", git.run(folder.resolve("r2"), "status", "--porcelain"));
    }

    @Test
    void nestedOnesAreCheckedOutToo() throws Exception {
        Path middle = git.bare();
        Path inner = git.work(middle);
        Submoduled.add(git, inner, "deep", "../" + library.getFileName(), library);
        git.commitAndPush(inner, MAIN, "Middle", "Ada");
        Submoduled.add(git, work, "middle", "../" + middle.getFileName(), middle);
        commit("Nested");

        checkedOut(server.url(app), MAIN, null, folder.resolve("r"));

        assertEquals("one", Files.readString(folder.resolve("r/middle/deep/lib.txt")));
        assertEquals("", git.run(folder.resolve("r"), "status", "--porcelain"));
    }

    @Test
    void onesNestedTooDeepAreRefused() throws Exception {
        Path below = library;
        for (int i = 0; i < Submodules.DEEPEST; i++) {
            Path above = git.bare();
            Path there = git.work(above);
            Submoduled.add(git, there, "n", "../" + below.getFileName(), below);
            git.commitAndPush(there, MAIN, "Level", "Ada");
            below = above;
        }
        checkedOut(server.url(below), MAIN, null, folder.resolve("r"));
        Submoduled.add(git, work, "n", "../" + below.getFileName(), below);
        commit("One more");

        refused(server.url(app), MAIN, null, "The submodule n/n/n/n/n/n is nested more than 5 deep");
        assertFalse(Files.exists(folder.resolve("refused")));
    }

    @Test
    void tooManyAreRefused() throws Exception {
        for (int i = 0; i <= Submodules.MOST; i++) {
            add("m" + i, "../" + library.getFileName());
        }
        commit("Many");
        refused(RealGit.url(app), MAIN, null, "more than 100 submodules");
    }

    @Test
    void oneOnAnotherHostIsRefusedByName() throws Exception {
        for (String url : List.of(
                "https://elsewhere.example/lib.git",
                "git@elsewhere.example:lib.git",
                "ssh://git@elsewhere.example/lib.git",
                server.base().replace("127.0.0.1", "localhost") + "/" + library.getFileName(),
                "file://" + library)) {
            Files.deleteIfExists(work.resolve(".gitmodules"));
            add("vendor/lib", url);
            commit("Elsewhere");

            String reason = refused(server.url(app), MAIN, null, "The submodule vendor/lib");

            assertTrue(reason.contains("another host"), reason);
            assertTrue(reason.contains("git subtree"), reason);
        }
    }

    @Test
    void urlsThatCantBeUsedAreRefusedByNameAndNotShown() throws Exception {
        for (String url : List.of(
                "https://mona:s3cr3t@127.0.0.1/lib.git",
                "git://127.0.0.1/lib.git",
                library.toString(),
                "../../../../../lib.git",
                "--upload-pack=touch x")) {
            Files.deleteIfExists(work.resolve(".gitmodules"));
            add("vendor/lib", url);
            commit("Bad");

            String reason = refused(server.url(app), MAIN, null, "The submodule vendor/lib can't be checked out");

            assertFalse(reason.contains("s3cr3t"));
            assertTrue(reason.contains("../name.git"), reason);
        }
    }

    @Test
    void oneThatGitmodulesDoesntKnowIsRefused() throws Exception {
        Submoduled.link(git, work, "stray", git.run(library, "rev-parse", "main"));
        commit("Stray");
        refused(server.url(app), MAIN, null, "doesn't say where that is");
    }

    @Test
    void oneThatIsntAllowedIsRefused() throws Exception {
        submodulesAllowed = false;
        add("vendor/lib", "../" + library.getFileName());
        commit("Submodule");
        refused(server.url(app), MAIN, null, "ALLOWED_CLONE_URLS");
    }

    @Test
    void oneWhoseCommitIsGoneIsRefusedByName() throws Exception {
        add("lib", "../" + library.getFileName());
        Submoduled.link(git, work, "lib", "0123456789012345678901234567890123456789");
        commit("Gone");
        String reason = refused(server.url(app), MAIN, null, "The submodule lib can't be checked out");
        assertTrue(reason.contains("isn't in"), reason);
    }

    @Test
    void oneThatIsNotToBeUpdatedStaysEmpty() throws Exception {
        add("lib", "../" + library.getFileName());
        Files.writeString(
                work.resolve(".gitmodules"), Files.readString(work.resolve(".gitmodules")) + "\tupdate = none\n");
        commit("Optional");
        checkedOut(server.url(app), MAIN, null, folder.resolve("r"));
        assertEquals(0, folder.resolve("r/lib").toFile().list().length);
    }

    @Test
    void anOldServerGivesThemToo() throws Exception {
        CommitSha first = new CommitSha(git.run(library, "rev-parse", "main"));
        git.push(library, MAIN, "Second", "Ada", Map.of("lib.txt", "two"));
        git.run(library, "branch", "-m", "main", "trunk");
        Files.writeString(
                work.resolve(".gitmodules"), "[submodule \"l\"]\npath = l\nurl = ../" + library.getFileName());
        Submoduled.link(git, work, "l", first.value());
        commit("Older commit of a branch with another name");
        try (GitHttpServer old = GitHttpServer.startOld(repositories)) {
            checkedOut(old.url(app), MAIN, null, folder.resolve("r"));
        }
        assertEquals("one", Files.readString(folder.resolve("r/l/lib.txt")));
    }
}
