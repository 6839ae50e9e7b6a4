package dev.quark.core.identity;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who can sign in: by a password, as the holder of an account on GitHub, or by both.
 *
 * @param id the user's id
 * @param username unique, compared without case
 * @param email the user's address, unique where it is given, compared without case
 * @param role what the user may do
 * @param passwordHash what {@link PasswordHasher} made of the password; null for one who has none
 * @param githubLogin the account's name on GitHub when it was last seen; null for a local user
 * @param githubId GitHub's number for the account, by which alone it is recognised; unique; null for a local user, and for
 *     one who was added by the login and hasn't signed in yet
 * @param invited whether an administrator added the user; one who came by the list of allowed users is checked against it
 *     at each sign-in
 * @param createdAt when the user was added
 */
public record User(
        UUID id,
        String username,
        @Nullable String email,
        Role role,
        @Nullable String passwordHash,
        @Nullable String githubLogin,
        @Nullable Long githubId,
        boolean invited,
        Instant createdAt) {

    /** The name of the local administrator, whom the setting {@code PASSWORD} is about. */
    public static final String LOCAL_ADMIN = "admin";

    /** A user with a password. */
    public static User local(
            UUID id, String username, @Nullable String email, Role role, String passwordHash, Instant createdAt) {
        return new User(id, username, email, role, passwordHash, null, null, true, createdAt);
    }

    /** A user who was added by the login on GitHub and is yet to sign in. */
    public static User invited(UUID id, String login, @Nullable String email, Role role, Instant createdAt) {
        return new User(id, login, email, role, null, login, null, true, createdAt);
    }

    /** The same user, known by an account on GitHub from now on. */
    public User linkedTo(GitHubAccount account) {
        return new User(id, username, email, role, passwordHash, account.login(), account.id(), invited, createdAt);
    }

    /** The same user in another role. */
    public User withRole(Role other) {
        return new User(id, username, email, other, passwordHash, githubLogin, githubId, invited, createdAt);
    }

    /** The same user with another password. */
    public User withPassword(String hash) {
        return new User(id, username, email, role, hash, githubLogin, githubId, invited, createdAt);
    }

    /** The same user under another name. */
    public User named(String name) {
        return new User(id, name, email, role, passwordHash, githubLogin, githubId, invited, createdAt);
    }

    /** The same user with another e-mail address, or none. */
    public User withEmail(@Nullable String address) {
        return new User(id, username, address, role, passwordHash, githubLogin, githubId, invited, createdAt);
    }

    /** Whether this is an administrator who has a way to sign in already. */
    public boolean isWorkingAdmin() {
        return role == Role.ADMIN && (passwordHash != null || githubId != null);
    }

    @Override
    public String toString() {
        return "User[" + id + " " + username + " " + role + "]";
    }
}
