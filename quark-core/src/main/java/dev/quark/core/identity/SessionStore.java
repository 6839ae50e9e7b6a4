package dev.quark.core.identity;

import dev.quark.core.problem.ConflictException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the sessions; those of a user go with the user. Safe for use by many threads; what a method changed is durable when
 * it returns, and holds for the next {@link #holder}.
 */
public interface SessionStore {

    /**
     * Adds a session, and removes those that expired before it began.
     *
     * @throws ConflictException where its user is gone
     */
    void add(Session session);

    /** Whose session it is, as the user is now; empty where it has ended or expired at {@code now}. Reads only. */
    Optional<User> holder(UUID session, Instant now);

    /** Ends a session; one that has ended already is no fault. */
    void end(UUID session);

    /** Ends a user's sessions, except one where it is given. */
    void endAll(UUID user, @Nullable UUID except);

    /** How many sessions of a user have neither ended nor expired at {@code now}. */
    int count(UUID user, Instant now);
}
