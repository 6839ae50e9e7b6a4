package dev.quark.github;

import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.SourceCheckout;
import dev.quark.core.source.SourceCredentials;
import dev.quark.core.source.SourceHeads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Brings commits of git repositories onto this machine, with JGit: no {@code git} is needed. Safe for use by many threads.
 *
 * <p>Opening it sets JGit's {@link org.eclipse.jgit.util.SystemReader} and window cache for the whole process: the git
 * configuration of the user and of the system counts for nothing from then on.
 */
public final class GitSources implements AutoCloseable {

    private final Mirrors mirrors;
    private final Spares spares;
    private final ThreadPoolExecutor helper;
    private final JGitSourceCheckout checkout;

    private GitSources(Settings settings) {
        Path data = settings.dataDirectory().toAbsolutePath().normalize();
        this.mirrors = new Mirrors(data.resolve("mirrors"));
        this.spares = new Spares(data.resolve("spares"));
        this.helper = new ThreadPoolExecutor(
                0,
                Math.max(1, Runtime.getRuntime().availableProcessors() - 1),
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform().daemon().name("quark-checkout").factory());
        this.checkout = new JGitSourceCheckout(mirrors, spares, helper, settings);
    }

    /**
     * Where things are kept, what may be read, and how patient to be.
     *
     * @param dataDirectory gets the folders {@code mirrors} (kept) and {@code spares} (emptied at each start); best on the
     *     same file system as the releases, and used by one process at a time
     * @param submodules which repositories may be cloned because a commit names them as its submodules
     * @param credentials reads what isn't everybody's to read
     * @param silence how long a host may take to accept a connection, and to send the next piece
     */
    public record Settings(
            Path dataDirectory, Predicate<CloneUrl> submodules, SourceCredentials credentials, Duration silence) {

        /** Waits 30 s for a silent host. */
        public Settings(Path dataDirectory, Predicate<CloneUrl> submodules, SourceCredentials credentials) {
            this(dataDirectory, submodules, credentials, Duration.ofSeconds(30));
        }
    }

    /**
     * Opens it; nothing is fetched yet.
     *
     * @throws UncheckedIOException where the folders can't be made
     */
    public static GitSources open(Settings settings) {
        BareSystem.install();
        GitSources sources = new GitSources(settings);
        try {
            sources.mirrors.makePrivate();
            sources.spares.makePrivate();
            return sources;
        } catch (IOException e) {
            sources.close();
            throw new UncheckedIOException("The folders in " + settings.dataDirectory() + " can't be made", e);
        }
    }

    /** Checkouts. */
    public SourceCheckout checkout() {
        return checkout;
    }

    /** Where branches point to. */
    public SourceHeads heads() {
        return checkout;
    }

    /**
     * Removes the mirrors that are of none of these URLs and that nobody has used since a time; of a submodule's no URL is
     * known, so its use alone counts. May be called while commits are checked out.
     *
     * @throws UncheckedIOException where one can't be removed
     */
    public void sweepMirrors(Collection<CloneUrl> urls, Instant unusedSince) {
        try {
            mirrors.sweep(urls, unusedSince);
        } catch (IOException e) {
            throw new UncheckedIOException("Mirrors that nobody uses can't be removed", e);
        }
    }

    Spares spares() {
        return spares;
    }

    /** Ends the work in the background, and removes what was prepared; checkouts must be over. */
    @Override
    public void close() {
        spares.close();
        helper.shutdownNow();
        mirrors.close();
    }
}
