package dev.quark.core.identity;

import dev.quark.core.problem.ConflictException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the API tokens; those of a user go with the user. Safe for use by many threads; what a method changed is durable
 * when it returns, and holds for the next {@link #findByHash}.
 */
public interface ApiTokenStore {

    /**
     * Adds a token.
     *
     * @throws ConflictException where its owner is gone, or has a token of this name, compared without case
     */
    void add(ApiToken token);

    /** The token with an id. */
    Optional<Owned> find(UUID id);

    /** The token with this hash of its secret, expired or not. Reads only. */
    Optional<Owned> findByHash(String hash);

    /**
     * Tokens, oldest first.
     *
     * @param owner whose; null for those of all users
     */
    List<Owned> list(@Nullable UUID owner);

    /** Removes a token; whether there was one. */
    boolean remove(UUID id);

    /** Notes when tokens were last used; those that are gone are passed over. */
    void used(Map<UUID, Instant> at);

    /**
     * A token and its owner as the user is now.
     *
     * @param token the token
     * @param owner whose it is
     */
    record Owned(ApiToken token, User owner) {}
}
