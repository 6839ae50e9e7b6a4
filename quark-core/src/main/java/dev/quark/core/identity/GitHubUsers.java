package dev.quark.core.identity;

import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.ForbiddenException;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.secret.Secret;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Decides which holders of accounts on GitHub are users here: those whom an administrator added, and those whom the list of
 * allowed users names. An account is recognised by GitHub's number for it alone, never by a name or an e-mail address that
 * it shares with a user. Safe for use by many threads.
 */
public final class GitHubUsers {

    private final UserStore users;
    private final GitHubAccounts accounts;
    private final AllowedGitHubUsers allowed;
    private final Role firstRole;
    private final Audit audit;
    private final Supplier<UUID> ids;
    private final Clock clock;

    /**
     * @param allowed who may sign in without having been added
     * @param firstRole the role of a user who comes by that list for the first time
     * @param ids ids of users to be added
     */
    public GitHubUsers(
            UserStore users,
            GitHubAccounts accounts,
            AllowedGitHubUsers allowed,
            Role firstRole,
            Audit audit,
            Supplier<UUID> ids,
            Clock clock) {
        this.users = users;
        this.accounts = accounts;
        this.allowed = allowed;
        this.firstRole = firstRole;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * The user whom an account belongs to; added at the first time, where the account is allowed.
     *
     * @param token a token of GitHub's that its holder showed
     * @param address the client's network address
     * @throws ForbiddenException where the account may not sign in
     * @throws UnavailableException where GitHub has to say more and doesn't answer
     */
    public User admit(GitHubAccount account, Secret token, String address) {
        Optional<User> known = users.findByGitHub(account);
        if (known.filter(User::invited).isEmpty() && !isAllowed(account, token)) {
            throw new ForbiddenException("The GitHub user " + account.login()
                    + " may not sign in here: an administrator has to add the user, or ALLOWED_GITHUB_USERS.");
        }
        return known.isPresent() ? refresh(known.get(), account, address) : add(account, address);
    }

    private boolean isAllowed(GitHubAccount account, Secret token) {
        return allowed.names(account)
                || allowed.organizations().stream().anyMatch(name -> accounts.isMember(token, name));
    }

    /** Notes the account's number at the first sign-in, and its new name after it was changed. */
    private User refresh(User user, GitHubAccount account, String address) {
        if (account.login().equals(user.githubLogin()) && user.githubId() != null) {
            return user;
        }
        return audit.with(
                        Actor.of(user, address),
                        "user.link",
                        "user/" + user.id(),
                        "GitHub: " + account.login(),
                        () -> users.update(user.id(), before -> linked(before, account)))
                .orElseThrow(() -> new ForbiddenException("The user was removed in this moment."));
    }

    private static User linked(User before, GitHubAccount account) {
        if (before.githubId() != null && before.githubId() != account.id()) {
            throw new ConflictException("The user was linked to another GitHub account in this moment.");
        }
        return before.linkedTo(account);
    }

    private User add(GitHubAccount account, String address) {
        String name = nameFor(account);
        User user =
                new User(ids.get(), name, null, firstRole, null, account.login(), account.id(), false, clock.instant());
        try {
            audit.with(
                    Actor.of(user, address),
                    "user.create",
                    "user/" + user.id(),
                    name + ", GitHub, " + firstRole.label(),
                    () -> users.add(user));
        } catch (ConflictException e) {
            // A second sign-in of the same account, at the same time, came first.
            return users.findByGitHub(account).orElseThrow(() -> e);
        }
        return user;
    }

    /** The login, unless a user has it who is somebody else; the local administrator's name is nobody else's. */
    private String nameFor(GitHubAccount account) {
        boolean isFree = !account.login().equalsIgnoreCase(User.LOCAL_ADMIN)
                && users.findByLogin(account.login()).isEmpty();
        return isFree ? account.login() : account.login() + "-" + account.id();
    }
}
