package dev.quark.app;

import dev.quark.core.identity.PasswordHasher;
import dev.quark.core.identity.Role;
import dev.quark.core.identity.SessionStore;
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

    static final String EMAIL = "admin@localhost";

    private final UserStore users;
    private final SessionStore sessions;
    private final PasswordHasher passwords;
    private final Supplier<UUID> ids;
    private final Supplier<Secret> newPassword;
    private final Clock clock;

    AdminAccount(
            UserStore users,
            SessionStore sessions,
            PasswordHasher passwords,
            Supplier<UUID> ids,
            Supplier<Secret> newPassword,
            Clock clock) {
        this.users = users;
        this.sessions = sessions;
        this.passwords = passwords;
        this.ids = ids;
        this.newPassword = newPassword;
        this.clock = clock;
    }

    /**
     * Makes the user on the first start. Where a password is set it counts at every start, and a new one ends the user's
     * sessions.
     *
     * @return the password that was made up, to be shown once; empty where none was
     */
    Optional<Secret> ensure(@Nullable Secret password) {
        if (password == null) {
            return users.list(1, 0).total() == 0 ? Optional.of(add(newPassword.get())) : Optional.empty();
        }
        Optional<User> admin = users.findByLogin(User.LOCAL_ADMIN)
                .filter(user -> user.username().equalsIgnoreCase(User.LOCAL_ADMIN));
        if (admin.isEmpty()) {
            add(password);
        } else if (admin.get().role() != Role.ADMIN || !hasPassword(admin.get(), password)) {
            String hash = passwords.hash(password);
            users.update(admin.get().id(), user -> user.withRole(Role.ADMIN).withPassword(hash));
            sessions.endAll(admin.get().id(), null);
        }
        return Optional.empty();
    }

    private Secret add(Secret password) {
        users.add(
                User.local(ids.get(), User.LOCAL_ADMIN, EMAIL, Role.ADMIN, passwords.hash(password), clock.instant()));
        return password;
    }

    private boolean hasPassword(User user, Secret password) {
        return user.passwordHash() != null && passwords.matches(password, user.passwordHash());
    }
}
