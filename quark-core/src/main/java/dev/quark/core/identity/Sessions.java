package dev.quark.core.identity;

import dev.quark.core.event.EventBus;
import dev.quark.core.secret.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Begins sessions for those who proved who they are, and ends them. Safe for use by many threads. */
public final class Sessions {

    /** How long a session lasts. */
    public static final Duration VALIDITY = Duration.ofHours(24);

    private final SessionStore sessions;
    private final AccessTokens tokens;
    private final EventBus events;
    private final Audit audit;
    private final Supplier<UUID> ids;
    private final Clock clock;

    /** @param ids ids of sessions to be begun */
    public Sessions(
            SessionStore sessions, AccessTokens tokens, EventBus events, Audit audit, Supplier<UUID> ids, Clock clock) {
        this.sessions = sessions;
        this.tokens = tokens;
        this.events = events;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Begins a session.
     *
     * @param user who proved to be this user
     * @param how by what, as the audit log is to say it: {@code password} or {@code github}
     * @param address the client's network address
     */
    public SignedIn begin(User user, String how, String address) {
        Instant now = clock.instant();
        Session session = new Session(ids.get(), user.id(), now, now.plus(VALIDITY));
        audit.with(Actor.of(user, address), "user.sign_in", "user/" + user.id(), how, () -> sessions.add(session));
        return new SignedIn(user, tokens.issue(session));
    }

    /** Whose access token it is, as the user is now; empty for one that is forged, expired or revoked. */
    public Optional<Caller> holder(Secret token) {
        Instant now = clock.instant();
        return tokens.read(token, now)
                .flatMap(id -> sessions.holder(id, now).map(user -> new Caller(user, new Credential.OfSession(id))));
    }

    /** Ends a session: its token is worth nothing from now on. The last one that a user ends is told to listeners. */
    public void end(UUID session, Actor actor) {
        UUID user = actor.user();
        audit.with(actor, "user.sign_out", "user/" + user, "", () -> sessions.end(session));
        if (user != null && sessions.count(user, clock.instant()) == 0) {
            events.publish(new LastSessionEnded(user));
        }
    }

    /**
     * A sign-in that succeeded.
     *
     * @param user who
     * @param token valid for {@link Sessions#VALIDITY}
     */
    public record SignedIn(User user, Secret token) {}
}
