package dev.quark.app;

import dev.quark.core.check.AwaitChecks;
import dev.quark.core.check.JudgeCommit;
import dev.quark.core.codehost.HostTokens;
import dev.quark.core.deployment.Transitions;
import dev.quark.core.event.EventBus;
import dev.quark.core.result.DeploymentLinks;
import dev.quark.core.result.Pace;
import dev.quark.core.result.ReportResults;
import dev.quark.core.result.TellHost;
import dev.quark.core.source.CloneUrls;
import dev.quark.core.source.SourceCredentials;
import dev.quark.github.GitHub;
import dev.quark.persistence.Persistence;
import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** What deployments have to do with GitHub, put together: their code, their checks, their results. */
final class GitHubParts implements AutoCloseable {

    private final Settings settings;
    private final Persistence store;
    private final CloneUrls sources;
    private final Clock clock;
    private final GitHub gitHub;
    private final HostTokens tokens;
    private @Nullable AwaitChecks checks;
    private @Nullable ReportResults reports;

    GitHubParts(
            Settings settings, Persistence store, CloneUrls sources, GitHub gitHub, HostTokens tokens, Clock clock) {
        this.settings = settings;
        this.store = store;
        this.sources = sources;
        this.gitHub = gitHub;
        this.tokens = tokens;
        this.clock = clock;
    }

    SourceCredentials credentials() {
        return new TokenCredentials(sources, tokens, store.users());
    }

    /** Begins to ask and to tell GitHub. */
    void start(EventBus events, Transitions transitions, String node) {
        JudgeCommit judge =
                new JudgeCommit(store.configs(), transitions, tokens, gitHub.checks(), JudgeCommit.SETTLING, clock);
        checks = new AwaitChecks(store.queue(), judge, events, AwaitChecks.INTERVAL, clock);
        Pace pace = Pace.ofDay(() -> ThreadLocalRandom.current().nextDouble());
        TellHost tell = new TellHost(
                store.results(),
                store.configs(),
                sources,
                tokens,
                gitHub.results(),
                new DeploymentLinks(settings.deploymentPages()),
                pace,
                clock);
        reports = new ReportResults(store.results(), tell, events, node, pace.atOnce(), clock);
        checks.start();
        reports.start();
    }

    @Override
    public void close() {
        if (checks != null) {
            checks.close();
        }
        if (reports != null) {
            reports.close();
        }
    }
}
