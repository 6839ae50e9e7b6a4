package dev.quark.app;

import dev.quark.core.codehost.BrowseHost;
import dev.quark.core.codehost.HostSignIn;
import dev.quark.core.codehost.HostTokens;
import dev.quark.core.codehost.ManageHooks;
import dev.quark.core.codehost.WebSignIn;
import dev.quark.core.event.EventBus;
import dev.quark.core.identity.Audit;
import dev.quark.core.identity.GitHubAccounts;
import dev.quark.core.identity.GitHubUsers;
import dev.quark.core.identity.LastSessionEnded;
import dev.quark.core.identity.Sessions;
import dev.quark.core.secret.Secret;
import dev.quark.core.secret.SecretBox;
import dev.quark.core.source.CloneUrls;
import dev.quark.core.source.SourceHeads;
import dev.quark.core.webhook.CatchUp;
import dev.quark.core.webhook.ReceiveWebhook;
import dev.quark.core.webhook.ReviewDeliveries;
import dev.quark.github.GitHub;
import dev.quark.http.CodeHosting;
import dev.quark.persistence.Persistence;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What there is to do with GitHub, put together. */
final class Hosting implements AutoCloseable {

    private final Settings settings;
    private final Persistence store;
    private final Audit audit;
    private final Clock clock;
    private final GitHub gitHub;
    private final HostTokens tokens;
    private final EventBus.Subscription signedOut;
    private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService catchingUp = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("catch-up").factory());

    private @Nullable Future<?> looking;

    Hosting(Settings settings, Persistence store, EventBus events, Audit audit, Clock clock) {
        this.settings = settings;
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.gitHub = GitHub.connect(
                new GitHub.Settings(
                        settings.githubUrl(), settings.githubApiUrl(), settings.githubApp(), GitHub.Settings.PATIENCE),
                clock);
        this.tokens = new HostTokens(store.hostTokens(), store.keepers(), gitHub.signIn(), background, audit, clock);
        this.signedOut = events.subscribe(event -> {
            if (event instanceof LastSessionEnded ended) {
                background.execute(() -> tokens.forget(ended.user(), "signed out everywhere"));
            }
        });
    }

    /** Whose GitHub's tokens are. */
    GitHubAccounts accounts() {
        return gitHub.accounts();
    }

    /** GitHub itself; closed with this. */
    GitHub gitHub() {
        return gitHub;
    }

    /** The users' tokens. */
    HostTokens tokens() {
        return tokens;
    }

    /**
     * What HTTP offers of it.
     *
     * @param users says who of GitHub may sign in
     * @param sessions begins sessions of those who sign in with GitHub
     * @param secrets seals what their browsers keep meanwhile
     * @param webhookUrl what GitHub is to call
     * @param webhookSecret signs the calls
     * @param ids ids of deliveries that repeat others
     */
    CodeHosting use(
            ReceiveWebhook webhook,
            GitHubUsers users,
            Sessions sessions,
            SecretBox secrets,
            Supplier<String> webhookUrl,
            Secret webhookSecret,
            Supplier<UUID> ids) {
        GitHub.App app = settings.githubApp();
        return new CodeHosting(
                signIn(users, sessions, secrets),
                app == null ? "http://localhost" : app.redirectUri(),
                new BrowseHost(gitHub.codeHost(), tokens),
                new ManageHooks(
                        gitHub.hooks(),
                        store.hooks(),
                        tokens,
                        store.keepers(),
                        webhookUrl,
                        webhookSecret,
                        audit,
                        clock),
                new ReviewDeliveries(
                        store.deliveries(), store.configs(), store.deployments(), webhook, audit, ids, clock));
    }

    private @Nullable WebSignIn signIn(GitHubUsers users, Sessions sessions, SecretBox secrets) {
        HostSignIn host = gitHub.signIn();
        return host == null
                ? null
                : new WebSignIn(
                        host,
                        gitHub.accounts(),
                        users,
                        sessions,
                        tokens,
                        store.usedStates(),
                        secrets,
                        () -> KeyFiles.newToken().reveal(),
                        clock);
    }

    /** Begins to look for missed pushes, if it is to. */
    void catchUp(ReceiveWebhook webhook, SourceHeads heads, CloneUrls sources) {
        if (settings.catchUp().isZero()) {
            return;
        }
        CatchUp catchUp = new CatchUp(
                store.configs(), store.deployments(), gitHub.codeHost(), tokens, heads, sources, webhook, clock);
        looking =
                catchingUp.scheduleWithFixedDelay(catchUp, 1, settings.catchUp().toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        signedOut.close();
        if (looking != null) {
            looking.cancel(true);
        }
        catchingUp.shutdownNow();
        background.shutdown();
        gitHub.close();
        try {
            if (!catchingUp.awaitTermination(5, TimeUnit.SECONDS)
                    || !background.awaitTermination(1, TimeUnit.SECONDS)) {
                System.getLogger(Hosting.class.getName())
                        .log(System.Logger.Level.WARNING, "QUARK stopped while it was still talking to GitHub");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
