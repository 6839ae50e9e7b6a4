package dev.quark.core.identity;

import dev.quark.core.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Issues and reads the tokens that a sign-in gives. Stateless and safe for use by many threads. */
public interface AccessTokens {

    /** How long a token is valid. */
    Duration VALIDITY = Duration.ofHours(24);

    /** A token that says who signed in; valid for {@link #VALIDITY} from {@code now}. */
    Secret issue(UUID user, Instant now);

    /** The user whom a token was issued to; empty for one that is forged, malformed or expired at {@code now}. */
    Optional<UUID> read(Secret token, Instant now);
}
