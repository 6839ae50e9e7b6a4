package dev.quark.core.identity;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A token that a user made for a program.
 *
 * @param id the token's id, which is no secret
 * @param owner whose it is
 * @param name what the owner calls it
 * @param scope what it may do at most; never more than its owner may when it is used
 * @param hash SHA-256 of the secret, in hexadecimal digits; the secret itself is not kept
 * @param createdAt when it was made
 * @param expiresAt from when on it is no longer valid; null for one that doesn't expire
 * @param lastUsedAt when it was last used, a minute more or less; null where it never was
 */
public record ApiToken(
        UUID id,
        UUID owner,
        String name,
        Role scope,
        String hash,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant lastUsedAt) {

    /** What every API token's secret begins with. */
    public static final String PREFIX = "qk_";

    @Override
    public String toString() {
        return "ApiToken[" + id + " " + name + " " + scope + "]";
    }
}
