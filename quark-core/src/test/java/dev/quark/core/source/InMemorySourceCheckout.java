package dev.quark.core.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link SourceCheckout} of repositories that are in memory: whoever uses it says which commits there are. */
public final class InMemorySourceCheckout implements SourceCheckout {

    private record Snapshot(Commit commit, Map<String, String> files) {}

    private static final class Repository {
        private final Map<CommitSha, Snapshot> commits = new HashMap<>();
        private final Map<BranchName, CommitSha> heads = new HashMap<>();
    }

    // Guarded by this.
    private final Map<CloneUrl, Repository> repositories = new HashMap<>();
    private int count;

    /** Makes an empty repository where there is none. */
    public synchronized void create(CloneUrl url) {
        repositories.putIfAbsent(url, new Repository());
    }

    /**
     * Adds a commit and makes it the branch's head; the repository is made where there is none.
     *
     * @param files the content of all files of the commit, by their paths from the root
     */
    public synchronized Commit push(
            CloneUrl url, BranchName branch, String message, String author, Map<String, String> files) {
        CommitSha sha = new CommitSha(String.format("%040x", ++count));
        Snapshot snapshot = new Snapshot(new Commit(sha, message, author), Map.copyOf(files));
        Repository repository = repositories.computeIfAbsent(url, key -> new Repository());
        repository.commits.put(sha, snapshot);
        repository.heads.put(branch, sha);
        return snapshot.commit();
    }

    /** Deletes a branch; its commits stay. */
    public synchronized void deleteBranch(CloneUrl url, BranchName branch) {
        Repository repository = repositories.get(url);
        if (repository != null) {
            repository.heads.remove(branch);
        }
    }

    @Override
    public CheckoutOutcome checkOut(Request request) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Repository repository;
        Snapshot snapshot = null;
        synchronized (this) {
            repository = repositories.get(request.url());
            if (repository != null) {
                CommitSha sha = request.sha() == null ? repository.heads.get(request.branch()) : request.sha();
                snapshot = repository.commits.get(sha);
            }
        }
        if (repository == null) {
            return new CheckoutOutcome.Refused("There is no repository at " + request.url());
        }
        if (snapshot == null) {
            return new CheckoutOutcome.Refused(
                    request.sha() == null
                            ? "The branch " + request.branch() + " isn't in " + request.url()
                            : "The commit " + request.sha() + " isn't in " + request.url());
        }
        write(snapshot.files(), request.folder());
        return new CheckoutOutcome.CheckedOut(snapshot.commit());
    }

    private static void write(Map<String, String> files, Path folder) {
        try {
            remove(folder);
            Files.createDirectories(folder);
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = folder.resolve(file.getKey()).normalize();
                if (!path.startsWith(folder)) {
                    throw new IllegalArgumentException("Not in the repository: " + file.getKey());
                }
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
