package dev.quark.core.codehost;

import dev.quark.core.identity.Actor;
import dev.quark.core.identity.Audit;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.RepositoryName;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The users' tokens of the host: kept at sign-in, refreshed before they expire, dropped when the host doesn't know them any
 * more; the audit log tells of each that is given up. Safe for use by many threads.
 */
public final class HostTokens {

    private static final System.Logger LOG = System.getLogger(HostTokens.class.getName());

    /** A token is refreshed so long before it expires. */
    private static final Duration MARGIN = Duration.ofMinutes(2);

    private final HostTokenStore store;
    private final RepositoryKeepers keepers;
    private final @Nullable HostSignIn signIn;
    private final Executor background;
    private final Audit audit;
    private final Clock clock;

    /** Refresh tokens work once: no two threads use the same. */
    private final ReentrantLock[] refreshing =
            Stream.generate(ReentrantLock::new).limit(16).toArray(ReentrantLock[]::new);

    /**
     * @param signIn refreshes and revokes; null where nobody can sign in with the host: what is stored stays as it is
     * @param background tells the host of tokens that are of no use any more
     */
    public HostTokens(
            HostTokenStore store,
            RepositoryKeepers keepers,
            @Nullable HostSignIn signIn,
            Executor background,
            Audit audit,
            Clock clock) {
        this.store = store;
        this.keepers = keepers;
        this.signIn = signIn;
        this.background = background;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * A user's token, good for now.
     *
     * @param user whose
     * @param token the access token
     */
    public record Borrowed(UUID user, Secret token) {}

    /** Keeps what a user signed in with; the host is told to forget the one before. */
    public void keep(UUID user, HostToken token) {
        Optional<HostToken> before = store.find(user);
        store.save(user, token);
        before.filter(old -> !old.access().equals(token.access())).ifPresent(old -> revoke(target(user), old));
    }

    /** Makes the host forget a token that is nobody's here. */
    public void discard(HostToken token) {
        revoke("github_token", token);
    }

    /**
     * Forgets a user's token, here and at the host.
     *
     * @param why as the audit log is to say it
     */
    public void forget(UUID user, String why) {
        Optional<HostToken> token = store.find(user);
        if (token.isPresent() && drop(user, token.get(), why)) {
            revoke(target(user), token.get());
        }
    }

    /**
     * A user's token; empty where there is none.
     *
     * @throws CodeHostException where it has expired and the host gives no other now
     */
    public Optional<Borrowed> ofUser(UUID user) {
        return store.find(user).flatMap(token -> fresh(user, token)).map(t -> new Borrowed(user, t.access()));
    }

    /**
     * The token to be used for a repository when nobody is asking: that of the first of its keepers who has one.
     *
     * @throws CodeHostException where it has expired and the host gives no other now
     */
    public Optional<Borrowed> ofRepository(RepositoryName repository) {
        return keepers.of(repository).stream()
                .map(this::ofUser)
                .flatMap(Optional::stream)
                .findFirst();
    }

    /**
     * Does something as a user who is asking: with the token that they showed, else with the one that is kept.
     *
     * @throws ConflictException where there is neither
     */
    public <T> T as(Requester requester, Function<Secret, T> call) {
        Secret shown = requester.token();
        return shown != null ? call.apply(shown) : with(ofUser(requester.user()).orElseThrow(HostTokens::none), call);
    }

    /**
     * Does something about a repository for a user who is asking: as them, or, where they have no token, with the one that
     * is used for the repository anyway.
     *
     * @throws ConflictException where there is none at all
     */
    public <T> T about(RepositoryName repository, Requester requester, Function<Secret, T> call) {
        if (requester.token() == null && ofUser(requester.user()).isEmpty()) {
            Optional<Borrowed> keepers = ofRepository(repository);
            if (keepers.isPresent()) {
                return with(keepers.get(), call);
            }
        }
        return as(requester, call);
    }

    /** Does something with a token; one that the host doesn't know any more is dropped, so that nobody tries it again. */
    public <T> T with(Borrowed borrowed, Function<Secret, T> call) {
        try {
            return call.apply(borrowed.token());
        } catch (CodeHostException e) {
            if (e.failure() instanceof CodeHostException.Revoked) {
                dropRevoked(borrowed);
            }
            throw e;
        }
    }

    /** Drops a token that the host doesn't know any more. */
    public void dropRevoked(Borrowed borrowed) {
        store.find(borrowed.user())
                .filter(token -> token.access().equals(borrowed.token()))
                .ifPresent(token -> drop(borrowed.user(), token, "GitHub does not know it any more"));
    }

    private boolean drop(UUID user, HostToken token, String why) {
        return audit.with(Actor.QUARK, "github_token.drop", target(user), why, () -> store.remove(user, token));
    }

    private static ConflictException none() {
        return new ConflictException(
                "QUARK holds no GitHub token of yours: sign in with GitHub (GET /auth/login) first.");
    }

    private Optional<HostToken> fresh(UUID user, HostToken token) {
        if (!token.expired(clock.instant().plus(MARGIN))) {
            return Optional.of(token);
        }
        ReentrantLock lock = refreshing[Math.floorMod(user.hashCode(), refreshing.length)];
        lock.lock();
        try {
            HostToken now = store.find(user).orElse(null);
            return now == null || !now.expired(clock.instant().plus(MARGIN))
                    ? Optional.ofNullable(now)
                    : refreshed(user, now);
        } finally {
            lock.unlock();
        }
    }

    private Optional<HostToken> refreshed(UUID user, HostToken token) {
        if (signIn == null) {
            return token.expired(clock.instant()) ? Optional.empty() : Optional.of(token);
        }
        Secret refresh = token.refresh();
        Optional<HostToken> next = refresh == null ? Optional.empty() : refreshOrWait(signIn, token, refresh);
        if (next.isPresent()) {
            return next.get().equals(token) || store.replace(user, token, next.get()) ? next : store.find(user);
        }
        // Another node may have used the refresh token first; otherwise it is of no use to anybody.
        return drop(user, token, "it has expired, and GitHub gives no other for it")
                ? Optional.empty()
                : store.find(user);
    }

    /** While the host doesn't answer, the token is good for the little time that is left. */
    private Optional<HostToken> refreshOrWait(HostSignIn host, HostToken token, Secret refresh) {
        try {
            return host.refresh(refresh);
        } catch (CodeHostException e) {
            if (token.expired(clock.instant())) {
                throw e;
            }
            return Optional.of(token);
        }
    }

    private void revoke(String target, HostToken token) {
        HostSignIn host = signIn;
        if (host != null) {
            background.execute(() -> revoke(host, target, token));
        }
    }

    private void revoke(HostSignIn host, String target, HostToken token) {
        try {
            host.revoke(token.access());
            audit.record(Actor.QUARK, "github_token.revoke", target, "");
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "A GitHub token could not be revoked: " + e.getMessage());
            audit.record(Actor.QUARK, "github_token.revoke", target, "not done: " + e.getMessage());
        }
    }

    private static String target(UUID user) {
        return "user/" + user;
    }
}
