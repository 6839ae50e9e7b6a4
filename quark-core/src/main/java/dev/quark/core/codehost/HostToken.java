package dev.quark.core.codehost;

import dev.quark.core.secret.Secret;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What lets QUARK act for somebody on the host.
 *
 * @param access the token
 * @param scopes what it may be used for, as the host names it; empty where the host doesn't say
 * @param refresh gets the next token; null where this one doesn't expire
 * @param expiresAt when it expires; null for never
 */
public record HostToken(
        Secret access,
        Set<String> scopes,
        @Nullable Secret refresh,
        @Nullable Instant expiresAt) {

    /** Copies the scopes. */
    public HostToken {
        scopes = Set.copyOf(scopes);
    }

    /** A token that doesn't expire and whose scopes nobody told. */
    public static HostToken of(Secret access) {
        return new HostToken(access, Set.of(), null, null);
    }

    /** Whether it is of no use any more at a time. */
    public boolean expired(Instant at) {
        return expiresAt != null && !at.isBefore(expiresAt);
    }
}
