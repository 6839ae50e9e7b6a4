package dev.quark.core.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.source.CheckoutOutcome.CheckedOut;
import dev.quark.core.source.CheckoutOutcome.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link SourceCheckout} does. */
public abstract class SourceCheckoutContract {

    public static final BranchName MAIN = new BranchName("main");
    private static final RepositoryName NAME = new RepositoryName("octo-org/octo-repo");
    private static final CommitSha UNKNOWN = new CommitSha("0123456789012345678901234567890123456789");

    @TempDir
    protected Path folder;

    /** What is tested. */
    protected abstract SourceCheckout checkout();

    /** An empty repository that {@link #checkout} can reach. */
    protected abstract CloneUrl newRepository() throws Exception;

    /** A URL like those of {@link #newRepository} where there is no repository. */
    protected abstract CloneUrl noRepository() throws Exception;

    /** Makes a commit of just these files the branch's head, after its older ones. */
    protected abstract CommitSha push(
            CloneUrl url, BranchName branch, String message, String author, Map<String, String> files) throws Exception;

    /** Deletes a branch. */
    protected abstract void deleteBranch(CloneUrl url, BranchName branch) throws Exception;

    @Test
    void theBranchsHeadIsCheckedOutWhereNoCommitIsNamed() throws Exception {
        CloneUrl url = newRepository();
        push(url, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        CommitSha head = push(url, MAIN, "Second", "Grace", Map.of("a.txt", "two", "sub/b.txt", "b"));

        Commit commit = checkedOut(url, MAIN, null, folder.resolve("r"));

        assertEquals(head, commit.sha());
        assertEquals("Second", String.valueOf(commit.message()).strip());
        assertEquals("Grace", commit.author());
        assertEquals(Map.of("a.txt", "two", "sub/b.txt", "b"), files(folder.resolve("r")));
    }

    @Test
    void anOlderCommitIsCheckedOutByItsName() throws Exception {
        CloneUrl url = newRepository();
        CommitSha first = push(url, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        push(url, MAIN, "Second", "Ada", Map.of("a.txt", "two"));

        assertEquals(first, checkedOut(url, MAIN, first, folder.resolve("r")).sha());
        assertEquals(Map.of("a.txt", "one"), files(folder.resolve("r")));
    }

    @Test
    void whatIsInTheFolderIsReplaced() throws Exception {
        CloneUrl url = newRepository();
        push(url, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        Path release = folder.resolve("deep/er/r");
        Files.createDirectories(release.resolve("a.txt/left"));
        Files.writeString(release.resolve("a.txt/left/over"), "x");
        Files.writeString(release.resolve("other"), "x");

        checkedOut(url, MAIN, null, release);

        assertEquals(Map.of("a.txt", "one"), files(release));
    }

    @Test
    void aCheckoutCanBeRepeated() throws Exception {
        CloneUrl url = newRepository();
        CommitSha sha = push(url, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        checkedOut(url, MAIN, sha, folder.resolve("r"));
        Files.writeString(folder.resolve("r/a.txt"), "changed");

        checkedOut(url, MAIN, sha, folder.resolve("r"));

        assertEquals(Map.of("a.txt", "one"), files(folder.resolve("r")));
    }

    @Test
    void eachReleaseHasFilesOfItsOwn() throws Exception {
        CloneUrl url = newRepository();
        CommitSha first = push(url, MAIN, "First", "Ada", Map.of("same.txt", "same", "a.txt", "one"));
        checkedOut(url, MAIN, first, folder.resolve("r1"));
        CommitSha second = push(url, MAIN, "Second", "Ada", Map.of("same.txt", "same", "a.txt", "two"));
        checkedOut(url, MAIN, second, folder.resolve("r2"));

        Files.writeString(folder.resolve("r2/same.txt"), "changed");

        assertEquals(Map.of("same.txt", "same", "a.txt", "one"), files(folder.resolve("r1")));
    }

    @Test
    void twoBranchesOfOneRepositoryDontMix() throws Exception {
        CloneUrl url = newRepository();
        BranchName other = new BranchName("release/1.0");
        push(url, MAIN, "First", "Ada", Map.of("a.txt", "main"));
        push(url, other, "Other", "Ada", Map.of("a.txt", "other", "b.txt", "b"));

        checkedOut(url, MAIN, null, folder.resolve("main"));
        checkedOut(url, other, null, folder.resolve("other"));

        assertEquals(Map.of("a.txt", "main"), files(folder.resolve("main")));
        assertEquals(Map.of("a.txt", "other", "b.txt", "b"), files(folder.resolve("other")));
    }

    @Test
    void whatIsntThereIsRefusedInASentence() throws Exception {
        CloneUrl url = newRepository();
        push(url, MAIN, "First", "Ada", Map.of("a.txt", "one"));
        BranchName gone = new BranchName("gone");
        push(url, gone, "Gone", "Ada", Map.of("a.txt", "gone"));
        deleteBranch(url, gone);

        refused(url, MAIN, UNKNOWN, UNKNOWN.value());
        refused(url, gone, null, "gone");
        CloneUrl nothing = noRepository();
        refused(nothing, MAIN, null, nothing.value());
    }

    @Test
    void anEmptyRepositoryHasNoBranch() throws Exception {
        refused(newRepository(), MAIN, null, "main");
    }

    @Test
    void aBranchCantBeAnOption() {
        assertThrows(RuntimeException.class, () -> new BranchName("--upload-pack=touch /tmp/x"));
        assertThrows(RuntimeException.class, () -> new BranchName("-x"));
    }

    @Test
    void anInterruptedThreadChecksNothingOut() throws Exception {
        CloneUrl url = newRepository();
        push(url, MAIN, "First", "Ada", Map.of("a.txt", "one"));

        Thread.currentThread().interrupt();

        assertThrows(
                InterruptedException.class, () -> checkout().checkOut(request(url, MAIN, null, folder.resolve("r"))));
        assertFalse(Thread.interrupted());
    }

    @Test
    void manyThreadsCheckOutTheSameRepository() throws Exception {
        CloneUrl url = newRepository();
        List<CommitSha> commits = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            commits.add(push(url, MAIN, "Commit " + i, "Ada", Map.of("a.txt", "text " + i, "same.txt", "same")));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Future<Commit>> results = new ArrayList<>();
            for (int i = 0; i < 18; i++) {
                CommitSha sha = commits.get(i % 6);
                Path release = folder.resolve("r" + i);
                results.add(threads.submit(() -> checkedOut(url, MAIN, sha, release)));
            }
            for (int i = 0; i < 18; i++) {
                assertEquals(commits.get(i % 6), results.get(i).get().sha());
                assertEquals(Map.of("a.txt", "text " + i % 6, "same.txt", "same"), files(folder.resolve("r" + i)));
            }
        }
    }

    private Commit checkedOut(CloneUrl url, BranchName branch, @Nullable CommitSha sha, Path release)
            throws InterruptedException {
        return checkedOut(checkout(), url, branch, sha, release);
    }

    private void refused(CloneUrl url, BranchName branch, @Nullable CommitSha sha, String named)
            throws InterruptedException {
        refused(checkout(), url, branch, sha, folder.resolve("refused"), named);
    }

    /** Checks out; gives the commit. */
    public static Commit checkedOut(
            SourceCheckout checkout, CloneUrl url, BranchName branch, @Nullable CommitSha sha, Path release)
            throws InterruptedException {
        return assertInstanceOf(CheckedOut.class, checkout.checkOut(request(url, branch, sha, release)))
                .commit();
    }

    /** Is refused; gives the reason, which names what is to be named. */
    public static String refused(
            SourceCheckout checkout,
            CloneUrl url,
            BranchName branch,
            @Nullable CommitSha sha,
            Path release,
            String named)
            throws InterruptedException {
        String reason = assertInstanceOf(Refused.class, checkout.checkOut(request(url, branch, sha, release)))
                .reason();
        assertTrue(reason.contains(named), reason);
        return reason;
    }

    /** A request for a repository of some name. */
    public static SourceCheckout.Request request(
            CloneUrl url, BranchName branch, @Nullable CommitSha sha, Path release) {
        return new SourceCheckout.Request(NAME, url, branch, sha, release);
    }

    /** The files of a release and what is in them, without {@code .git}. */
    public static Map<String, String> files(Path release) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(release)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                String name = release.relativize(path).toString();
                if (!name.startsWith(".git/")) {
                    files.put(name, Files.readString(path));
                }
            }
        }
        return files;
    }
}
