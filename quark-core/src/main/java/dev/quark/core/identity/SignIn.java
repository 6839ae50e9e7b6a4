package dev.quark.core.identity;

import dev.quark.core.identity.Sessions.SignedIn;
import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.secret.Secret;
import java.util.Optional;

/** Signs users in by password. Safe for use by many threads. */
public final class SignIn {

    private final UserStore users;
    private final PasswordHasher passwords;
    private final Sessions sessions;
    private final String decoyHash;
    private final Doors doors;

    /** @param decoyHash a hash that no password has: unknown names take as long to refuse as known ones */
    public SignIn(UserStore users, PasswordHasher passwords, Sessions sessions, String decoyHash) {
        this(users, passwords, sessions, decoyHash, Doors.opened());
    }

    /**
     * The same, once the doors are open.
     *
     * @param decoyHash a hash that no password has: unknown names take as long to refuse as known ones
     */
    public SignIn(UserStore users, PasswordHasher passwords, Sessions sessions, String decoyHash, Doors doors) {
        this.users = users;
        this.passwords = passwords;
        this.sessions = sessions;
        this.decoyHash = decoyHash;
        this.doors = doors;
    }

    /**
     * Checks a name (or an e-mail address) and its password, and begins a session.
     *
     * @param address the client's network address
     * @throws UnauthenticatedException where they don't belong together; it does not say which of them is wrong
     */
    public SignedIn byPassword(String usernameOrEmail, Secret password, String address) {
        doors.pass();
        Optional<User> found = users.findByLogin(usernameOrEmail);
        String hash = found.map(User::passwordHash).orElse(decoyHash);
        boolean matches = passwords.matches(password, hash);
        if (found.isEmpty() || !matches) {
            throw new UnauthenticatedException("The user name or the password is wrong.");
        }
        return sessions.begin(found.get(), "password", address);
    }
}
