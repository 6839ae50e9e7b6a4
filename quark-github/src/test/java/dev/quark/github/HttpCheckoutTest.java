package dev.quark.github;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.source.BranchName;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.SourceCheckoutContract;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpCheckoutTest extends GitCheckoutTest {

    private GitHttpServer server;
    private Path bare;
    private CloneUrl url;

    @BeforeEach
    void serve() throws Exception {
        server = GitHttpServer.start(repositories);
        bare = git.bare();
        url = server.url(bare);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void gitSeesACleanReleaseAtItsCommit() throws Exception {
        git.push(bare, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        CommitSha second = git.push(bare, MAIN, "Second", "Ada", Map.of("a.txt", "two", "s/b.txt", "b"));
        checkedOut(url, MAIN, second, folder.resolve("r2"));
        assertGitAgrees(folder.resolve("r2"), second, "Second");

        CommitSha third = git.push(bare, MAIN, "Third", "Ada", Map.of("a.txt", "three", "s/b.txt", "b"));
        checkedOut(url, MAIN, null, folder.resolve("r3"));
        assertGitAgrees(folder.resolve("r3"), third, "Third\nSecond");
    }

    @Test
    void onlyTheCommitIsTransferredAndNothingTwice() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            byte[] noise = new byte[100_000];
            random.nextBytes(noise);
            Path work = git.work(bare);
            Files.write(work.resolve("noise.bin"), noise);
            git.commitAndPush(work, MAIN, "Noise " + i, "Ada");
        }
        CommitSha sha = new CommitSha(git.run(bare, "rev-parse", "main"));

        checkedOut(url, MAIN, sha, folder.resolve("r1"));
        assertTrue(size(data.resolve("mirrors")) < 300_000);

        int requests = server.requests().size();
        checkedOut(url, MAIN, sha, folder.resolve("r2"));
        assertEquals(requests, server.requests().size());
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
    void anOldServerGivesOldCommitsWithTheHistoryOfItsBranches() throws Exception {
        CommitSha first = git.push(bare, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        git.push(bare, MAIN, "Second", "Ada", Map.of("a.txt", "two"));
        CommitSha third = git.push(bare, MAIN, "Third", "Ada", Map.of("a.txt", "three"));
        try (GitHttpServer old = GitHttpServer.startOld(repositories)) {
            CloneUrl there = old.url(bare);
            checkedOut(there, MAIN, third, folder.resolve("r3"));
            assertGitAgrees(folder.resolve("r3"), third, "Third");

            checkedOut(there, MAIN, first, folder.resolve("r1"));

            assertEquals(Map.of("a.txt", "one"), files(folder.resolve("r1")));
            assertGitAgrees(folder.resolve("r1"), first, "First");

            Path work = git.work(bare);
            git.run(work, "checkout", "-q", "--orphan", "fresh");
            git.commitAndPush(work, MAIN, "Fresh", "Ada");
            CommitSha never = new CommitSha("0123456789012345678901234567890123456789");
            refused(there, MAIN, never, "on no branch");
            checkedOut(there, MAIN, null, folder.resolve("fresh"));
        }
    }

    @Test
    void aForcedPushIsFollowed() throws Exception {
        git.push(bare, MAIN, "Old", "Ada", Map.of("a.txt", "old"));
        checkedOut(url, MAIN, null, folder.resolve("r1"));
        Path work = git.work(bare);
        git.run(work, "checkout", "-q", "--orphan", "fresh");
        Files.writeString(work.resolve("a.txt"), "fresh");
        CommitSha fresh = git.commitAndPush(work, MAIN, "Fresh", "Ada");

        checkedOut(url, MAIN, null, folder.resolve("r2"));

        assertEquals(Map.of("a.txt", "fresh"), files(folder.resolve("r2")));
        assertGitAgrees(folder.resolve("r2"), fresh, "Fresh");
    }

    @Test
    void aShallowRepositoryIsASourceToo() throws Exception {
        git.push(bare, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        CommitSha sha = git.push(bare, MAIN, "Second", "Ada", Map.of("a.txt", "two"));
        Path shallow = repositories.resolve("shallow.git");
        git.run(repositories, "clone", "-q", "--bare", "--depth", "1", "file://" + bare, shallow.toString());

        checkedOut(server.url(shallow), MAIN, sha, folder.resolve("r"));

        assertGitAgrees(folder.resolve("r"), sha, "Second");
    }

    @Test
    void aServerInTroubleIsRefused() throws Exception {
        try (GitHttpServer busy = GitHttpServer.answering(repositories, 503)) {
            refused(busy.url(bare), MAIN, null, "can't answer now (503)");
        }
    }

    @Test
    void aServerOfPlainFilesIsRefused() throws Exception {
        try (GitHttpServer files = GitHttpServer.answering(repositories, 200, "Content-Type", "text/plain")) {
            refused(files.url(bare), MAIN, null, "smart protocol");
        }
    }

    @Test
    void anotherHostIsNotFollowed() throws Exception {
        git.push(bare, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        String other = url.value().replace("127.0.0.1", "localhost") + "/info/refs?service=git-upload-pack";
        try (GitHttpServer liar = GitHttpServer.answering(repositories, 302, "Location", other)) {
            refused(liar.url(bare), MAIN, null, "another host");
        }
        String renamed = url.value() + "/info/refs?service=git-upload-pack";
        try (GitHttpServer liar = GitHttpServer.answering(repositories, 302, "Location", renamed)) {
            refused(liar.url(bare), MAIN, null, "another host");
        }
        assertTrue(server.requests().isEmpty());
    }

    @Test
    void aClosedPortIsRefused() throws Exception {
        // Nobody else gets the port meanwhile, and nothing listens on it.
        try (Socket bound = new Socket()) {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String url = "http://127.0.0.1:" + bound.getLocalPort() + "/x.git";
            refused(new CloneUrl(url), MAIN, null, "can't be reached");
        }
    }

    @Test
    void aHostThatIsntThereIsRefused() throws Exception {
        refused(new CloneUrl("http://no-such-host.invalid/x.git"), MAIN, null, "can't be found");
    }

    @Test
    void aHostThatSaysNothingIsRefused() throws Exception {
        sources.close();
        sources = open(Duration.ofSeconds(1));
        try (ServerSocket silent = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            CloneUrl there = new CloneUrl("http://127.0.0.1:" + silent.getLocalPort() + "/x.git");
            refused(there, MAIN, null, "didn't answer within 1 s");
        }
    }

    @Test
    void anInterruptEndsTheWaitForASilentHost() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            CloneUrl there = new CloneUrl("http://127.0.0.1:" + silent.getLocalPort() + "/x.git");
            AtomicReference<@Nullable Exception> end = new AtomicReference<>();
            CountDownLatch started = new CountDownLatch(1);
            Thread waiting = new Thread(() -> {
                started.countDown();
                try {
                    sources.checkout().checkOut(SourceCheckoutContract.request(there, MAIN, null, folder.resolve("r")));
                } catch (InterruptedException e) {
                    end.set(e);
                }
            });
            waiting.start();
            started.await();
            silent.accept().getInputStream().read();
            waiting.interrupt();
            waiting.join(TimeUnit.SECONDS.toMillis(60));

            assertFalse(waiting.isAlive());
            assertInstanceOf(InterruptedException.class, end.get());
        }
        // Nothing is left locked.
        git.push(bare, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        checkedOut(url, MAIN, null, folder.resolve("r"));
    }

    private void assertGitAgrees(Path release, CommitSha sha, String history) throws Exception {
        assertEquals(sha.value(), git.run(release, "rev-parse", "HEAD"));
        assertEquals("", git.run(release, "status", "--porcelain"));
        assertEquals(history, git.run(release, "log", "--format=%s"));
        assertEquals("", git.run(release, "remote"));
    }

    private static long size(Path tree) throws Exception {
        long size = 0;
        for (Path file : RealGit.find(tree, "")) {
            size += Files.isRegularFile(file) ? Files.size(file) : 0;
        }
        return size;
    }
}
