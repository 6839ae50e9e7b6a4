package dev.quark.core.identity;

import java.util.Optional;
import java.util.UUID;

/** Keeps the users. Implementations are safe for use by many threads; what a method changed is durable when it returns. */
public interface UserStore {

    /** The user with an id. */
    Optional<User> find(UUID id);

    /** The user with this name or this e-mail address, compared without case; a name counts before an address. */
    Optional<User> findByLogin(String usernameOrEmail);

    /** Adds the user, or replaces the one with the same id. */
    void save(User user);
}
