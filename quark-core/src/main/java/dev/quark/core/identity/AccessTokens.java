package dev.quark.core.identity;

import dev.quark.core.secret.Secret;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Signs and reads the tokens of sessions. Stateless and safe for use by many threads. */
public interface AccessTokens {

    /** A token of three parts with dots between them that names a session and is valid until the session expires. */
    Secret issue(Session session);

    /** The session that a token names; empty for one that is forged, malformed or expired at {@code now}. */
    Optional<UUID> read(Secret token, Instant now);
}
