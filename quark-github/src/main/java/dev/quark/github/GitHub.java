package dev.quark.github;

import dev.quark.core.check.HostChecks;
import dev.quark.core.codehost.CodeHost;
import dev.quark.core.codehost.HostHooks;
import dev.quark.core.codehost.HostSignIn;
import dev.quark.core.identity.GitHubAccounts;
import dev.quark.core.result.HostResults;
import dev.quark.core.secret.Secret;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * GitHub, or a GitHub Enterprise Server: accounts, repositories, hooks, sign-in. Nothing is connected, and no thread started,
 * before something is asked for. Safe for use by many threads.
 */
public final class GitHub implements AutoCloseable {

    private final Settings settings;
    private final Clock clock;
    private final Wire wire;
    private final GitHubClient client;

    private GitHub(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.wire = new Wire(settings.patience());
        this.client = new GitHubClient(settings.api(), wire, clock);
    }

    /**
     * Where GitHub is.
     *
     * @param url the base of its pages, such as {@code https://github.com}
     * @param api the base of its API, such as {@code https://api.github.com}
     * @param app the OAuth app that people sign in with; null for none
     * @param patience how long an answer may take
     */
    public record Settings(String url, String api, @Nullable App app, Duration patience) {

        /** Waits 10 s for an answer. */
        public static final Duration PATIENCE = Duration.ofSeconds(10);
    }

    /**
     * An OAuth app (or a GitHub app's user sign-in).
     *
     * @param id its client id
     * @param secret its client secret
     * @param redirectUri where GitHub sends browsers back to
     */
    public record App(String id, Secret secret, String redirectUri) {}

    /** Makes it ready; nothing is connected yet. */
    public static GitHub connect(Settings settings, Clock clock) {
        return new GitHub(settings, clock);
    }

    /** Accounts and repositories. */
    public CodeHost codeHost() {
        return new GitHubRepositories(client);
    }

    /** Whose tokens are whose. */
    public GitHubAccounts accounts() {
        return new GitHubTokenHolders(client);
    }

    /** The hooks of repositories. */
    public HostHooks hooks() {
        return new GitHubHooks(client);
    }

    /** What GitHub is told about deployments. */
    public HostResults results() {
        return new GitHubResults(client);
    }

    /** The checks of commits. */
    public HostChecks checks() {
        return new GitHubChecks(client);
    }

    /** The web flow; null where no app is set. */
    public @Nullable HostSignIn signIn() {
        App app = settings.app();
        return app == null ? null : new GitHubSignIn(settings, app, wire, clock);
    }

    /** Ends requests that are under way. */
    @Override
    public void close() {
        wire.close();
    }
}
