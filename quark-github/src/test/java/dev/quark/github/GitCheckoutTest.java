package dev.quark.github;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.source.BranchName;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.Commit;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.SourceCheckoutContract;
import dev.quark.core.source.SourceCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of checkouts from real repositories share. */
abstract class GitCheckoutTest {

    protected static final BranchName MAIN = SourceCheckoutContract.MAIN;

    @TempDir
    protected Path folder;

    protected GitSources sources;
    protected RealGit git;
    protected Path data;
    protected Path repositories;
    protected boolean submodulesAllowed = true;

    @BeforeEach
    void open() throws Exception {
        repositories = Files.createDirectories(folder.toRealPath().resolve("repositories"));
        data = folder.toRealPath().resolve("data");
        git = new RealGit(repositories);
        sources = open(Duration.ofSeconds(30));
    }

    @AfterEach
    void close() {
        sources.close();
    }

    protected GitSources open(Duration silence) {
        return open(SourceCredentials.NONE, silence);
    }

    private GitSources open(SourceCredentials credentials, Duration silence) {
        return GitSources.open(new GitSources.Settings(data, url -> submodulesAllowed, credentials, silence));
    }

    /** As another process would, later. */
    protected void reopen(SourceCredentials credentials) {
        sources.close();
        sources = open(credentials, Duration.ofSeconds(30));
    }

    /** As another process would, later. */
    protected void reopen() {
        sources.close();
        sources = open(Duration.ofSeconds(30));
    }

    protected Commit checkedOut(CloneUrl url, BranchName branch, @Nullable CommitSha sha, Path release)
            throws InterruptedException {
        return SourceCheckoutContract.checkedOut(sources.checkout(), url, branch, sha, release);
    }

    protected String refused(CloneUrl url, BranchName branch, @Nullable CommitSha sha, String named)
            throws InterruptedException {
        return SourceCheckoutContract.refused(sources.checkout(), url, branch, sha, folder.resolve("refused"), named);
    }

    protected static Map<String, String> files(Path release) throws IOException {
        return SourceCheckoutContract.files(release);
    }

    /** Waits until the branch's next checkout finds a spare. */
    protected void awaitSpare(CloneUrl url, BranchName branch) throws Exception {
        await(() -> sources.spares().isReady(url, branch), "no spare was made");
    }

    /** Waits for what another thread does. */
    protected static void await(Callable<Boolean> condition, String otherwise) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.call()) {
            assertTrue(System.nanoTime() < end, otherwise);
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }
}
