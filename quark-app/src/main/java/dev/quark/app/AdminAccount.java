package dev.quark.app;

import dev.quark.core.identity.PasswordHasher;
import dev.quark.core.identity.Role;
import dev.quark.core.identity.User;
import dev.quark.core.identity.UserStore;
import dev.quark.core.secret.Secret;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sees to it that there is a local user {@code admin} who can sign in. */
final class AdminAccount {

    static final String USERNAME = "admin";
    static final String EMAIL = "admin@localhost";

    private final UserStore users;
    private final PasswordHasher passwords;
    private final Supplier<UUID> ids;
    private final Supplier<Secret> newPassword;
    private final Clock clock;

    AdminAccount(
            UserStore users, PasswordHasher passwords, Supplier<UUID> ids, Supplier<Secret> newPassword, Clock clock) {
        this.users = users;
        this.passwords = passwords;
        this.ids = ids;
        this.newPassword = newPassword;
        this.clock = clock;
    }

    /**
     * Makes the user on the first start. Where a password is set it counts at every start.
     *
     * @return the password that was made up, to be shown once; empty where none was
     */
    Optional<Secret> ensure(@Nullable Secret password) {
        Optional<User> admin = users.findByLogin(USERNAME);
        if (admin.isEmpty()) {
            Secret first = password == null ? newPassword.get() : password;
            users.save(new User(ids.get(), USERNAME, EMAIL, Role.ADMIN, passwords.hash(first), clock.instant()));
            return password == null ? Optional.of(first) : Optional.empty();
        }
        if (password != null && !hasPassword(admin.get(), password)) {
            User user = admin.get();
            users.save(new User(
                    user.id(), user.username(), user.email(), Role.ADMIN, passwords.hash(password), user.createdAt()));
        }
        return Optional.empty();
    }

    private boolean hasPassword(User user, Secret password) {
        return user.passwordHash() != null && passwords.matches(password, user.passwordHash());
    }
}
