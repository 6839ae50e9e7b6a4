package dev.quark.core.identity;

import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.Faults;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.secret.Secret;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Adds, changes and removes users; every change is audited. What it changes holds at once for tokens in use: a new role for
 * the next request of any token; a new password ends the user's sessions; a removed user's sessions and API tokens end.
 * Safe for use by many threads.
 */
public final class ManageUsers {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern EMAIL = Pattern.compile("[^\\s@\\p{Cntrl}]{1,64}@[^\\s@\\p{Cntrl}]{1,190}");

    private final UserStore users;
    private final SessionStore sessions;
    private final PasswordHasher passwords;
    private final Consumer<UUID> leaving;
    private final Audit audit;
    private final Rules rules;
    private final Supplier<UUID> ids;
    private final Clock clock;

    /**
     * @param leaving told of a user before they are removed, to give up what they hold elsewhere
     * @param ids ids of users to be added
     */
    public ManageUsers(
            UserStore users,
            SessionStore sessions,
            PasswordHasher passwords,
            Consumer<UUID> leaving,
            Audit audit,
            Rules rules,
            Supplier<UUID> ids,
            Clock clock) {
        this.users = users;
        this.sessions = sessions;
        this.passwords = passwords;
        this.leaving = leaving;
        this.audit = audit;
        this.rules = rules;
        this.ids = ids;
        this.clock = clock;
    }

    /** Users, oldest first. */
    public UserStore.Page list(int limit, long offset) {
        return users.list(limit, offset);
    }

    /** The user with an id. */
    public User get(UUID id) {
        return users.find(id).orElseThrow(ManageUsers::notFound);
    }

    /**
     * Adds a user: with a password a local one; without, the holder of the account on GitHub that has this login now.
     *
     * @param role null for the role that users have at first
     */
    public User add(
            String username, @Nullable String email, @Nullable Secret password, @Nullable Role role, Actor actor) {
        Faults faults = new Faults();
        checkName(username, password == null, faults);
        checkEmail(email, faults);
        checkPassword(password, username, faults);
        faults.throwIfAny();
        Role first = role == null ? rules.firstRole() : role;
        User user = password == null
                ? User.invited(ids.get(), username, email, first, clock.instant())
                : User.local(ids.get(), username, email, first, passwords.hash(password), clock.instant());
        audit.with(
                actor,
                "user.create",
                "user/" + user.id(),
                username + ", " + (password == null ? "GitHub, " : "") + first.label(),
                () -> users.add(user));
        return user;
    }

    /**
     * Changes a user.
     *
     * @throws ConflictException where the name or the address is taken, where no administrator would be left, and for what
     *     the setting {@code PASSWORD} decides on
     */
    public User update(UUID id, Change change, Caller caller, Actor actor) {
        User before = get(id);
        check(before, change);
        String hash = change.password() == null ? null : passwords.hash(change.password());
        String detail = change.described(before, change.applyTo(before, hash));
        User after = audit.with(
                        actor,
                        "user.update",
                        "user/" + id,
                        detail,
                        () -> users.update(id, user -> change.applyTo(user, hash)))
                .orElseThrow(ManageUsers::notFound);
        if (hash != null) {
            sessions.endAll(id, sessionOf(id, caller));
        }
        return after;
    }

    /**
     * Removes a user with all sessions and tokens.
     *
     * @throws ConflictException for oneself, for the last administrator, and for the one whom {@code PASSWORD} makes
     */
    public void remove(UUID id, Actor actor) {
        User user = get(id);
        if (id.equals(actor.user())) {
            throw new ConflictException("Nobody can remove themselves: ask another administrator.");
        }
        if (rules.isPasswordSet() && isLocalAdmin(user)) {
            throw new ConflictException("PASSWORD is set, so the user admin would be made again at the next start.");
        }
        leaving.accept(id);
        if (!audit.with(actor, "user.delete", "user/" + id, user.username(), () -> users.remove(id))) {
            throw notFound();
        }
    }

    private void check(User before, Change change) {
        Faults faults = new Faults();
        String username = change.username();
        if (username != null && !username.equals(before.username())) {
            checkName(username, false, faults);
            checkNotReserved(username, before.githubLogin() != null, faults);
        }
        checkEmail(change.email(), faults);
        checkPassword(change.password(), username == null ? before.username() : username, faults);
        faults.throwIfAny();
        boolean isDecided = change.password() != null
                || (username != null && !username.equalsIgnoreCase(before.username()))
                || (change.role() != null && change.role() != Role.ADMIN);
        if (rules.isPasswordSet() && isLocalAdmin(before) && isDecided) {
            throw new ConflictException("The user admin's name, role and password are decided by PASSWORD while it is"
                    + " set: change it there, or start without it.");
        }
    }

    private static @Nullable UUID sessionOf(UUID user, Caller caller) {
        boolean isOwn = caller.user().id().equals(user);
        return isOwn && caller.by() instanceof Credential.OfSession(UUID session) ? session : null;
    }

    private static boolean isLocalAdmin(User user) {
        return user.username().equalsIgnoreCase(User.LOCAL_ADMIN);
    }

    private static void checkName(String username, boolean isOnGitHub, Faults faults) {
        if (!isOnGitHub && !NAME.matcher(username).matches()) {
            faults.add("username", "must be 1 to 64 letters, digits, dots, underscores and hyphens");
        }
        if (isOnGitHub && !AllowedGitHubUsers.isLogin(username)) {
            faults.add("username", "must be a login on GitHub, because there is no password");
        }
        checkNotReserved(username, isOnGitHub, faults);
    }

    private static void checkNotReserved(String username, boolean isOnGitHub, Faults faults) {
        if (isOnGitHub && username.toLowerCase(Locale.ROOT).equals(User.LOCAL_ADMIN)) {
            faults.add("username", "must not be admin: that is the local administrator's name");
        }
    }

    private static void checkEmail(@Nullable String email, Faults faults) {
        if (email != null && !EMAIL.matcher(email).matches()) {
            faults.add("email", "must be an e-mail address");
        }
    }

    private static void checkPassword(@Nullable Secret password, String username, Faults faults) {
        String fault = password == null ? null : Passwords.fault(password, username);
        if (fault != null) {
            faults.add("password", fault);
        }
    }

    private static NotFoundException notFound() {
        return new NotFoundException("There is no user with this id.");
    }

    /**
     * What the settings decide on.
     *
     * @param firstRole the role that users have at first
     * @param isPasswordSet whether the setting {@code PASSWORD} is, which makes the user {@code admin} at every start
     */
    public record Rules(Role firstRole, boolean isPasswordSet) {}

    /**
     * What is to be changed; null keeps what there is.
     *
     * @param username the new name
     * @param email the new address
     * @param noEmail whether the address is to be taken away
     * @param password the new password
     * @param role the new role
     */
    public record Change(
            @Nullable String username,
            @Nullable String email,
            boolean noEmail,
            @Nullable Secret password,
            @Nullable Role role) {

        private User applyTo(User user, @Nullable String hash) {
            User changed = username == null ? user : user.named(username);
            changed = email != null || noEmail ? changed.withEmail(email) : changed;
            changed = hash == null ? changed : changed.withPassword(hash);
            return role == null ? changed : changed.withRole(role);
        }

        private String described(User before, User after) {
            List<String> changes = new ArrayList<>();
            if (!before.username().equals(after.username())) {
                changes.add("name " + before.username() + " to " + after.username());
            }
            if (!Objects.equals(before.email(), after.email())) {
                changes.add("email");
            }
            if (password != null) {
                changes.add("password");
            }
            if (before.role() != after.role()) {
                changes.add(
                        "role " + before.role().label() + " to " + after.role().label());
            }
            return String.join(", ", changes);
        }
    }
}
