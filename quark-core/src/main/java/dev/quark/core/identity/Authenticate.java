package dev.quark.core.identity;

import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.secret.Secret;

/** Says who holds a token. Only reads, and only the store's present state counts. Safe for use by many threads. */
public final class Authenticate {

    private final Sessions sessions;
    private final Doors doors;

    /** Knows the access tokens of sessions. */
    public Authenticate(Sessions sessions) {
        this(sessions, Doors.opened());
    }

    /** Knows the access tokens of sessions, once the doors are open. */
    public Authenticate(Sessions sessions, Doors doors) {
        this.sessions = sessions;
        this.doors = doors;
    }

    /**
     * Who holds a token.
     *
     * @throws UnauthenticatedException for a token that is forged, expired or revoked, or whose user is gone
     */
    public Caller byToken(Secret token) {
        doors.pass();
        return sessions.holder(token)
                .orElseThrow(
                        () -> new UnauthenticatedException("The token is not valid or has expired: sign in again."));
    }
}
