package dev.quark.core.identity;

import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.secret.Secret;

/** Says who holds a token. Only reads, and only the store's present state counts. Safe for use by many threads. */
public final class Authenticate {

    private final Sessions sessions;

    /** Knows the access tokens of sessions. */
    public Authenticate(Sessions sessions) {
        this.sessions = sessions;
    }

    /**
     * Who holds a token.
     *
     * @throws UnauthenticatedException for a token that is forged, expired or revoked, or whose user is gone
     */
    public Caller byToken(Secret token) {
        return sessions.holder(token)
                .orElseThrow(
                        () -> new UnauthenticatedException("The token is not valid or has expired: sign in again."));
    }
}
