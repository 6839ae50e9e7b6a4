package dev.quark.core.identity;

import dev.quark.core.problem.ConflictException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Keeps the users. There is always an administrator who can sign in, once there was one: what would leave none is refused,
 * also where two changes at the same time would. Implementations are safe for use by many threads; what a method changed is
 * durable when it returns.
 */
public interface UserStore {

    /** The user with an id. */
    Optional<User> find(UUID id);

    /** The user with this name or this e-mail address, compared without case; a name counts before an address. */
    Optional<User> findByLogin(String usernameOrEmail);

    /**
     * The user whom an account on GitHub belongs to: the one with its id; else the one who was added by its login (compared
     * without case) and is linked to no account yet.
     */
    Optional<User> findByGitHub(GitHubAccount account);

    /** Users, oldest first, and how many there are in all. */
    Page list(int limit, long offset);

    /**
     * Adds a user.
     *
     * @throws ConflictException where another one has the name, the address or the account on GitHub
     */
    void add(User user);

    /**
     * Changes a user.
     *
     * @param change makes the new state, with the same id, of the present one; without effects, may be called again; what it
     *     throws is thrown on, and nothing is changed
     * @return the new state; empty where there is no such user
     * @throws ConflictException where another one has the name, the address or the account on GitHub, or where it would
     *     leave no administrator who can sign in
     */
    Optional<User> update(UUID id, UnaryOperator<User> change);

    /**
     * Removes a user with all sessions and API tokens.
     *
     * @return whether there was one
     * @throws ConflictException where it would leave no administrator who can sign in
     */
    boolean remove(UUID id);

    /**
     * Some of the users.
     *
     * @param users those asked for
     * @param total how many there are in all
     */
    record Page(List<User> users, long total) {}
}
