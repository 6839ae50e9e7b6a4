package dev.quark.core.identity;

import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.secret.Secret;
import java.time.Clock;
import java.util.Optional;

/** Signs local users in by password, and says who holds a token. */
public final class SignIn {

    private final UserStore users;
    private final PasswordHasher passwords;
    private final AccessTokens tokens;
    private final Audit audit;
    private final Clock clock;
    private final String decoyHash;

    /** @param decoyHash a hash that no password has: unknown names take as long to refuse as known ones */
    public SignIn(
            UserStore users,
            PasswordHasher passwords,
            AccessTokens tokens,
            Audit audit,
            Clock clock,
            String decoyHash) {
        this.users = users;
        this.passwords = passwords;
        this.tokens = tokens;
        this.audit = audit;
        this.clock = clock;
        this.decoyHash = decoyHash;
    }

    /**
     * Checks a name (or an e-mail address) and its password.
     *
     * @param address the client's network address
     * @throws UnauthenticatedException where they don't belong together; it does not say which of them is wrong
     */
    public SignedIn byPassword(String usernameOrEmail, Secret password, String address) {
        Optional<User> found = users.findByLogin(usernameOrEmail);
        String hash = found.map(User::passwordHash).orElse(decoyHash);
        boolean matches = passwords.matches(password, hash);
        if (found.isEmpty() || !matches) {
            throw new UnauthenticatedException("The user name or the password is wrong.");
        }
        User user = found.get();
        audit.record(new Actor(user.username(), user.role(), address), "user.sign_in", "user/" + user.id(), "");
        return new SignedIn(user, tokens.issue(user.id(), clock.instant()));
    }

    /**
     * Who holds a token.
     *
     * @throws UnauthenticatedException for a token that is forged or expired, or whose user is gone
     */
    public User byToken(Secret token) {
        return tokens.read(token, clock.instant())
                .flatMap(users::find)
                .orElseThrow(
                        () -> new UnauthenticatedException("The token is not valid or has expired: sign in again."));
    }

    /**
     * A sign-in that succeeded.
     *
     * @param user who
     * @param token valid for {@link AccessTokens#VALIDITY}
     */
    public record SignedIn(User user, Secret token) {}
}
