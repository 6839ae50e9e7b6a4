package dev.quark.github;

import dev.quark.core.source.BranchName;
import dev.quark.core.source.CheckoutOutcome;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.Commit;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.SourceCheckout;
import dev.quark.core.source.SourceHeads;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.jspecify.annotations.Nullable;

/** Checks out through JGit: fetch what the mirror lacks, then write what differs from the branch's spare checkout. */
final class JGitSourceCheckout implements SourceCheckout, SourceHeads {

    private static final System.Logger LOG = System.getLogger(JGitSourceCheckout.class.getName());

    private final Mirrors mirrors;
    private final Spares spares;
    private final Executor helper;
    private final GitSources.Settings settings;

    JGitSourceCheckout(Mirrors mirrors, Spares spares, Executor helper, GitSources.Settings settings) {
        this.mirrors = mirrors;
        this.spares = spares;
        this.helper = helper;
        this.settings = settings;
    }

    @Override
    public CheckoutOutcome checkOut(Request request) throws InterruptedException {
        Stop.ON_INTERRUPT.check();
        spares.beginCheckout();
        try {
            Access access = new Access(request.url(), settings.credentials());
            Written written = withSoundMirror(Wanted.of(request, mirrors.of(request.url(), false), access));
            submodules(access).checkOut(request.url(), written.links(), request.folder());
            return new CheckoutOutcome.CheckedOut(shown(written.commit()));
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

    /** A commit that the mirror has costs one request. */
    @Override
    public Optional<Head> head(CloneUrl url, BranchName branch) throws InterruptedException {
        Stop.ON_INTERRUPT.check();
        Mirror mirror = mirrors.of(url, false);
        Wanted wanted = new Wanted(mirror, branch, null, Path.of(""), new Access(url, settings.credentials()));
        mirror.life.readLock().lockInterruptibly();
        try {
            RevCommit commit = mirror.find(source(wanted).head(mirror, branch));
            return Optional.of(asHead(commit == null ? fetch(wanted) : commit));
        } catch (Refusal | DamagedMirrorException e) {
            LOG.log(System.Logger.Level.DEBUG, "Could not look at " + branch + " of " + url, e);
            return Optional.empty();
        } catch (ClosedByInterruptException | InterruptedIOException e) {
            Thread.interrupted();
            throw (InterruptedException) new InterruptedException().initCause(e);
        } catch (IOException e) {
            Stop.ON_INTERRUPT.check();
            throw new UncheckedIOException(e);
        } finally {
            mirror.life.readLock().unlock();
        }
    }

    private static Head asHead(RevCommit commit) {
        return new Head(shown(commit), Instant.ofEpochSecond(commit.getCommitTime()));
    }

    private Submodules submodules(Access access) {
        return new Submodules(settings.submodules(), (url, submodule, folder) -> {
            Mirror mirror = mirrors.of(url, access.isAnonymous(url));
            return withSoundMirror(new Wanted(mirror, null, submodule.commit(), folder, access))
                    .links();
        });
    }

    /** One repository's part of a checkout. A submodule is known by its commit alone. */
    private record Wanted(
            Mirror mirror,
            @Nullable BranchName branch,
            @Nullable ObjectId sha,
            Path folder,
            Access access) {

        static Wanted of(Request request, Mirror mirror, Access access) {
            CommitSha sha = request.sha();
            return new Wanted(
                    mirror,
                    request.branch(),
                    sha == null ? null : ObjectId.fromString(sha.value()),
                    request.folder(),
                    access);
        }
    }

    private record Written(RevCommit commit, Submodules.Links links) {}

    /** A mirror that is damaged is made anew, once. */
    private Written withSoundMirror(Wanted wanted) throws Refusal, IOException, InterruptedException {
        Mirror mirror = wanted.mirror();
        int generation = mirror.generation();
        try {
            return attempt(wanted);
        } catch (DamagedMirrorException e) {
            LOG.log(System.Logger.Level.WARNING, "The mirror of " + mirror.url() + " is made anew", e);
            mirror.renew(generation);
        }
        try {
            return attempt(wanted);
        } catch (DamagedMirrorException e) {
            throw new Refusal(
                    "The repository at " + mirror.url() + " can't be fetched whole (" + e.getMessage()
                            + "): check it with git fsck, or push the branch again from a good clone",
                    e);
        }
    }

    private Written attempt(Wanted wanted) throws Refusal, DamagedMirrorException, IOException, InterruptedException {
        Mirror mirror = wanted.mirror();
        mirror.life.readLock().lockInterruptibly();
        try {
            mirror.touch();
            RevCommit commit = wanted.sha() == null ? null : mirror.find(wanted.sha());
            if (commit == null) {
                commit = fetch(wanted);
            }
            Submodules.Links links = write(wanted, commit);
            if (wanted.branch() != null && links.submodules().isEmpty()) {
                spares.order(mirror, wanted.branch(), commit);
            }
            if (new MirrorPacks(mirror.repository()).areMany()) {
                spares.later(() -> tidy(mirror));
            }
            return new Written(commit, links);
        } finally {
            mirror.life.readLock().unlock();
        }
    }

    private RevCommit fetch(Wanted wanted) throws Refusal, DamagedMirrorException, IOException, InterruptedException {
        Mirror mirror = wanted.mirror();
        mirror.fetching.lockInterruptibly();
        try {
            RevCommit commit = wanted.sha() == null ? null : mirror.find(wanted.sha());
            if (commit == null) {
                ObjectId fetched = source(wanted).fetch(mirror, wanted.branch(), wanted.sha());
                commit = mirror.keep(wanted.branch(), fetched);
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

    private Source source(Wanted wanted) {
        return wanted.mirror().url().value().toLowerCase(Locale.ROOT).startsWith("file:")
                ? new LocalSource(Stop.ON_INTERRUPT)
                : new HttpSource(settings.silence(), wanted.access());
    }

    private Submodules.Links write(Wanted wanted, RevCommit commit)
            throws Refusal, DamagedMirrorException, IOException, InterruptedException {
        Path folder = wanted.folder();
        Folders.remove(folder);
        Files.createDirectories(Objects.requireNonNull(folder.getParent(), "a release is never the root"));
        Release release = new Release(wanted.mirror(), commit);
        ObjectId held = wanted.branch() == null ? null : spares.take(wanted.mirror(), wanted.branch(), folder);
        return held == null
                ? release.writeNew(folder, helper, Stop.ON_INTERRUPT)
                : release.writeChanges(folder, held, helper, Stop.ON_INTERRUPT);
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
