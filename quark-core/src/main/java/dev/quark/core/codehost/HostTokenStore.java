package dev.quark.core.codehost;

import java.util.Optional;
import java.util.UUID;

/**
 * Keeps at most one token of the host for each user, encrypted at rest and bound to the user; it goes with the user.
 * Implementations are safe for use by many threads and processes; what a method changed is durable when it returns.
 */
public interface HostTokenStore {

    /** A user's token. */
    Optional<HostToken> find(UUID user);

    /** Keeps a user's token in place of the one that there was. */
    void save(UUID user, HostToken token);

    /**
     * Keeps {@code next} in place of {@code old}.
     *
     * @return whether {@code old} was the user's token; otherwise nothing changed
     */
    boolean replace(UUID user, HostToken old, HostToken next);

    /**
     * Forgets a token if it still is the user's.
     *
     * @return whether it was
     */
    boolean remove(UUID user, HostToken token);
}
