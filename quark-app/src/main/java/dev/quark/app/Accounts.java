package dev.quark.app;

import dev.quark.core.codehost.HostTokens;
import dev.quark.core.event.EventBus;
import dev.quark.core.identity.ApiTokens;
import dev.quark.core.identity.Audit;
import dev.quark.core.identity.Authenticate;
import dev.quark.core.identity.Doors;
import dev.quark.core.identity.GitHubAccounts;
import dev.quark.core.identity.GitHubTokens;
import dev.quark.core.identity.GitHubUsers;
import dev.quark.core.identity.LastUses;
import dev.quark.core.identity.ManageUsers;
import dev.quark.core.identity.Sessions;
import dev.quark.core.identity.SignIn;
import dev.quark.core.secret.Secret;
import dev.quark.http.Identity;
import dev.quark.persistence.Persistence;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Users, sessions and tokens, put together. */
final class Accounts {

    private final Persistence store;
    private final Argon2PasswordHasher passwords = new Argon2PasswordHasher();
    private final EventBus events;
    private final Audit audit;
    private final Supplier<UUID> ids;
    private final Doors doors;
    private final Clock clock;

    Accounts(Persistence store, EventBus events, Audit audit, Supplier<UUID> ids, Doors doors, Clock clock) {
        this.store = store;
        this.events = events;
        this.audit = audit;
        this.ids = ids;
        this.doors = doors;
        this.clock = clock;
    }

    /** Sees to it that somebody can sign in; the password that was made up, to be shown once. */
    Optional<Secret> ensureAdmin(Settings settings, KeyFiles keys) {
        return new AdminAccount(store.users(), store.sessions(), passwords, ids, keys::newPassword, clock)
                .ensure(settings.password());
    }

    Sessions sessions(Secret jwtSecret) {
        return new Sessions(store.sessions(), new JwtAccessTokens(jwtSecret), events, audit, ids, clock);
    }

    /** Who of GitHub may sign in. */
    GitHubUsers admission(Settings settings, GitHubAccounts github) {
        return new GitHubUsers(
                store.users(), github, settings.allowedGitHubUsers(), settings.defaultRole(), audit, ids, clock);
    }

    /**
     * What HTTP offers of them.
     *
     * @param github says who holds GitHub's tokens
     * @param githubUsers says who of GitHub may sign in
     * @param gitHubsOwn the tokens of those who signed in with GitHub
     */
    Identity identity(
            Settings settings,
            Sessions sessions,
            GitHubAccounts github,
            GitHubUsers githubUsers,
            HostTokens gitHubsOwn,
            ScheduledExecutorService timer) {
        ApiTokens apiTokens = new ApiTokens(
                store.apiTokens(),
                // A little later, so that the uses of a moment are written together.
                new LastUses(store.apiTokens(), CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, timer)),
                audit,
                ids,
                KeyFiles::newToken,
                clock);
        GitHubTokens githubTokens = new GitHubTokens(github, githubUsers, store.users(), clock);
        return new Identity(
                new SignIn(store.users(), passwords, sessions, Argon2PasswordHasher.DECOY, doors),
                new Authenticate(sessions, apiTokens, githubTokens, doors),
                sessions,
                apiTokens,
                new ManageUsers(
                        store.users(),
                        store.sessions(),
                        passwords,
                        id -> gitHubsOwn.forget(id, "the user was removed"),
                        audit,
                        new ManageUsers.Rules(settings.defaultRole(), settings.password() != null),
                        ids,
                        clock),
                store.audit());
    }
}
