package dev.quark.core.check;

import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.codehost.CodeHostException.RateLimited;
import dev.quark.core.codehost.HostTokens;
import dev.quark.core.config.ConfigStore;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentState.Pending;
import dev.quark.core.deployment.Phase;
import dev.quark.core.deployment.Transitions;
import dev.quark.core.source.Commit;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Asks for the checks of one waiting deployment's commit, and lets it go on, cancels it, or lets it wait. */
public final class JudgeCommit {

    /** Checks that are announced late don't find the deployment gone: none is let go sooner after it was queued. */
    public static final Duration SETTLING = Duration.ofSeconds(15);

    private static final System.Logger LOG = System.getLogger(JudgeCommit.class.getName());

    private final ConfigStore configs;
    private final Transitions transitions;
    private final HostTokens tokens;
    private final HostChecks host;
    private final Duration settling;
    private final Clock clock;

    /** @param settling how long a deployment waits at least */
    public JudgeCommit(
            ConfigStore configs,
            Transitions transitions,
            HostTokens tokens,
            HostChecks host,
            Duration settling,
            Clock clock) {
        this.configs = configs;
        this.transitions = transitions;
        this.tokens = tokens;
        this.host = host;
        this.settling = settling;
        this.clock = clock;
    }

    /**
     * Judges.
     *
     * @return not to be asked again before; the past for no such time
     */
    Instant judge(Deployment deployment, Pending pending, Instant until) {
        Commit commit = deployment.commit();
        Optional<DeploymentConfig> config =
                Optional.ofNullable(deployment.config()).flatMap(configs::find);
        if (commit == null || config.filter(c -> c.github().requireChecks()).isEmpty()) {
            pass(deployment, pending);
            return Instant.MIN;
        }
        try {
            Optional<HostTokens.Borrowed> token = tokens.ofRepository(deployment.repository());
            if (token.isEmpty()) {
                cancel(
                        deployment,
                        pending,
                        "the commit's checks can't be read: no GitHub token is known for " + deployment.repository()
                                + "; sign in with GitHub, or turn require_checks off");
                return Instant.MIN;
            }
            return decide(
                    deployment,
                    pending,
                    until,
                    Verdict.of(tokens.with(
                            token.get(), secret -> host.of(secret, deployment.repository(), commit.sha()))));
        } catch (CodeHostException e) {
            LOG.log(System.Logger.Level.DEBUG, "The checks of " + deployment.id() + " can't be read", e);
            cancelIfLate(deployment, pending, until, "GitHub could not be asked about them: " + e.getMessage());
            return e.failure() instanceof RateLimited limit ? limit.until() : Instant.MIN;
        }
    }

    private Instant decide(Deployment deployment, Pending pending, Instant until, Verdict verdict) {
        Instant settled = deployment.createdAt().plus(settling);
        switch (verdict) {
            case Verdict.Failed failed -> cancel(deployment, pending, "the commit's checks failed: " + failed.names());
            case Verdict.Passed passed -> {
                if (clock.instant().isBefore(settled)) {
                    return settled;
                }
                pass(deployment, pending);
            }
            case Verdict.Waiting waiting ->
                cancelIfLate(
                        deployment,
                        pending,
                        until,
                        waiting.names().isEmpty()
                                ? "the commit has none: does a workflow run for this branch?"
                                : "still waiting for " + waiting.names());
        }
        return Instant.MIN;
    }

    private void cancelIfLate(Deployment deployment, Pending pending, Instant until, String why) {
        if (!clock.instant().isBefore(until)) {
            long minutes = Duration.between(deployment.createdAt(), until).toMinutes();
            cancel(deployment, pending, "the commit's checks had not passed after " + minutes + " min: " + why);
        }
    }

    private void pass(Deployment deployment, Pending pending) {
        Instant now = clock.instant();
        if (transitions.move(deployment.id(), pending, pending.passChecks())) {
            transitions.begin(deployment.id(), Phase.QUEUED, now);
        }
    }

    private void cancel(Deployment deployment, Pending pending, String reason) {
        transitions.begin(deployment.id(), Phase.AWAITING_CHECKS, deployment.createdAt());
        transitions.move(deployment.id(), pending, pending.cancel(clock.instant(), reason));
    }
}
