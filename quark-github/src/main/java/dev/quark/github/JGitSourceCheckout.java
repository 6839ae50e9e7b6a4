package dev.quark.github;

import dev.quark.core.source.BranchName;
import dev.quark.core.source.CheckoutOutcome;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.Commit;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.SourceCheckout;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.jspecify.annotations.Nullable;

/** Checks out through JGit: fetch what the mirror lacks, then write what differs from the branch's spare checkout. */
final class JGitSourceCheckout implements SourceCheckout {

    private static final System.Logger LOG = System.getLogger(JGitSourceCheckout.class.getName());

    private final Mirrors mirrors;
    private final Spares spares;
    private final Executor helper;
    private final Duration silence;

    JGitSourceCheckout(Mirrors mirrors, Spares spares, Executor helper, Duration silence) {
        this.mirrors = mirrors;
        this.spares = spares;
        this.helper = helper;
        this.silence = silence;
    }

    @Override
    public CheckoutOutcome checkOut(Request request) throws InterruptedException {
        Stop.ON_INTERRUPT.check();
        spares.beginCheckout();
        try {
            RevCommit commit = withSoundMirror(mirrors.of(request.url()), request);
            return new CheckoutOutcome.CheckedOut(shown(commit));
        } catch (Refusal refusal) {
            discard(request.folder());
            return new CheckoutOutcome.Refused(refusal.reason());
        } catch (ClosedByInterruptException | InterruptedIOException e) {
            Thread.interrupted();
            throw (InterruptedException) new InterruptedException().initCause(e);
        } catch (IOException e) {
            Stop.ON_INTERRUPT.check();
            throw new UncheckedIOException(e);
        } finally {
            spares.endCheckout();
        }
    }

    /** A mirror that is damaged is made anew, once. */
    private RevCommit withSoundMirror(Mirror mirror, Request request)
            throws Refusal, IOException, InterruptedException {
        int generation = mirror.generation();
        try {
            return attempt(mirror, request);
        } catch (DamagedMirrorException e) {
            LOG.log(System.Logger.Level.WARNING, "The mirror of " + mirror.url() + " is made anew", e);
            mirror.renew(generation);
        }
        try {
            return attempt(mirror, request);
        } catch (DamagedMirrorException e) {
            throw new Refusal(
                    "The repository at " + mirror.url() + " can't be fetched whole (" + e.getMessage()
                            + "): check it with git fsck, or push the branch again from a good clone",
                    e);
        }
    }

    private RevCommit attempt(Mirror mirror, Request request)
            throws Refusal, DamagedMirrorException, IOException, InterruptedException {
        mirror.life.readLock().lockInterruptibly();
        try {
            ObjectId sha = request.sha() == null
                    ? null
                    : ObjectId.fromString(request.sha().value());
            RevCommit commit = sha == null ? null : mirror.find(sha);
            if (commit == null) {
                commit = fetch(mirror, request.branch(), sha);
            }
            write(mirror, request.branch(), commit, request.folder());
            spares.order(mirror, request.branch(), commit);
            if (new MirrorPacks(mirror.repository()).areMany()) {
                spares.later(() -> tidy(mirror));
            }
            return commit;
        } finally {
            mirror.life.readLock().unlock();
        }
    }

    private RevCommit fetch(Mirror mirror, BranchName branch, @Nullable ObjectId sha)
            throws Refusal, DamagedMirrorException, IOException, InterruptedException {
        mirror.fetching.lockInterruptibly();
        try {
            RevCommit commit = sha == null ? null : mirror.find(sha);
            if (commit == null) {
                commit = mirror.keep(branch, source(mirror.url()).fetch(mirror, branch, sha));
            }
            return commit;
        } finally {
            mirror.fetching.unlock();
        }
    }

    private static void tidy(Mirror mirror) throws IOException, InterruptedException {
        mirror.life.readLock().lockInterruptibly();
        try {
            MirrorPacks packs = new MirrorPacks(mirror.repository());
            if (packs.areMany()) {
                packs.merge();
            }
        } finally {
            mirror.life.readLock().unlock();
        }
    }

    private Source source(CloneUrl url) {
        return url.value().toLowerCase(Locale.ROOT).startsWith("file:")
                ? new LocalSource(Stop.ON_INTERRUPT)
                : new HttpSource(silence);
    }

    private void write(Mirror mirror, BranchName branch, RevCommit commit, Path folder)
            throws Refusal, DamagedMirrorException, IOException, InterruptedException {
        Folders.remove(folder);
        Files.createDirectories(Objects.requireNonNull(folder.getParent(), "a release is never the root"));
        Release release = new Release(mirror, commit);
        ObjectId held = spares.take(mirror, branch, folder);
        if (held == null) {
            release.writeNew(folder, helper, Stop.ON_INTERRUPT);
        } else {
            release.writeChanges(folder, held, helper, Stop.ON_INTERRUPT);
        }
    }

    private static void discard(Path folder) {
        try {
            Folders.remove(folder);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "What a refused checkout wrote is left in " + folder, e);
        }
    }

    private static Commit shown(RevCommit commit) {
        PersonIdent author = commit.getAuthorIdent();
        return new Commit(
                new CommitSha(commit.name()), commit.getFullMessage(), author == null ? null : author.getName());
    }
}
