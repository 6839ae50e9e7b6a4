package dev.quark.core.check;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.check.Check.State;
import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.codehost.CodeHostException.RateLimited;
import dev.quark.core.codehost.HostToken;
import dev.quark.core.codehost.HostTokens;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentState.Pending;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Phase;
import dev.quark.core.deployment.Transitions;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.event.LocalEventBus;
import dev.quark.core.identity.Audit;
import dev.quark.core.identity.Role;
import dev.quark.core.identity.User;
import dev.quark.core.secret.Secret;
import dev.quark.core.testing.ConfigSample;
import dev.quark.core.testing.InMemoryStores;
import dev.quark.core.testing.Samples;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JudgeCommitTest {

    private static final UUID MONA = new UUID(0, 1);
    private static final Instant UNTIL = NOW.plusSeconds(3600);

    private final InMemoryStores stores = new InMemoryStores();
    private final Transitions transitions = new Transitions(stores.deployments(), stores.phases(), new LocalEventBus());
    private List<Check> checks = List.of();
    private HostChecks host = (token, repository, commit) -> checks;
    private DeploymentConfig config;
    private Deployment deployment;

    @BeforeEach
    void push() {
        DeploymentConfig sample = Samples.config(Samples.REPOSITORY, "production");
        config = withChecks(sample, true);
        stores.configs().add(config);
        stores.users().add(User.invited(MONA, "mona", null, Role.DEPLOYER, NOW));
        stores.hostTokens().save(MONA, HostToken.of(Secret.of("gho_token")));
        stores.keepers().join(Samples.REPOSITORY, MONA, NOW);
        deployment = Samples.pending(config, Trigger.PUSH).awaitingChecks(UNTIL);
        stores.deployments().add(deployment);
    }

    private static DeploymentConfig withChecks(DeploymentConfig c, boolean required) {
        return ConfigSample.like(c).github(required, null).make();
    }

    private Instant judge(Instant now) {
        Clock clock = Clock.fixed(now, ZoneOffset.UTC);
        HostTokens tokens = new HostTokens(
                stores.hostTokens(), stores.keepers(), null, Runnable::run, new Audit(stores.audit(), clock), clock);
        JudgeCommit judge = new JudgeCommit(stores.configs(), transitions, tokens, host, Duration.ofSeconds(15), clock);
        return judge.judge(now(), (Pending) now().state(), UNTIL);
    }

    private Deployment now() {
        return stores.deployments().find(deployment.id()).orElseThrow();
    }

    private boolean waits() {
        return now().state().equals(new Pending(UNTIL));
    }

    private void assertCancelled(String reason) {
        assertEquals(DeploymentStatus.CANCELLED, now().status());
        assertEquals(reason, now().errorMessage());
    }

    @Test
    void itGoesOnWhereAllHavePassed() {
        checks = List.of(new Check("a", State.PASSED), new Check("b", State.PASSED));
        judge(NOW.plusSeconds(15));
        assertEquals(new Pending(), now().state());
        assertEquals(Map.of(Phase.QUEUED, NOW.plusSeconds(15)), noted());
    }

    @Test
    void itIsKnownThatOneWaitedForChecksThatFailed() {
        checks = List.of(new Check("a", State.FAILED));
        judge(NOW.plusSeconds(20));
        assertEquals(Map.of(Phase.AWAITING_CHECKS, deployment.createdAt()), noted());
    }

    private Map<Phase, Instant> noted() {
        return stores.phases().of(List.of(deployment.id())).getOrDefault(deployment.id(), Map.of());
    }

    @Test
    void itGivesLateChecksTheTimeToBeAnnounced() {
        checks = List.of(new Check("a", State.PASSED));
        assertEquals(NOW.plusSeconds(15), judge(NOW.plusSeconds(14)));
        assertTrue(waits());
    }

    @Test
    void itWaitsWhileOneRunsOrThereAreNone() {
        checks = List.of(new Check("a", State.PASSED), new Check("b", State.RUNNING));
        judge(NOW.plusSeconds(60));
        assertTrue(waits());
        checks = List.of();
        judge(NOW.plusSeconds(60));
        assertTrue(waits());
    }

    @Test
    void oneThatFailedCancelsItAlsoWhileAnotherRuns() {
        checks = List.of(new Check("a", State.RUNNING), new Check("b", State.FAILED), new Check("c", State.FAILED));
        judge(NOW.plusSeconds(1));
        assertCancelled("the commit's checks failed: b, c");
    }

    @Test
    void afterTheLimitItIsCancelledAndSaysWhatIsMissing() {
        checks = List.of(new Check("a", State.RUNNING));
        judge(UNTIL.minusMillis(1));
        assertTrue(waits());
        judge(UNTIL);
        assertCancelled("the commit's checks had not passed after 60 min: still waiting for a");
    }

    @Test
    void whatPassedWhileNobodyLookedCountsAlsoAfterTheLimit() {
        checks = List.of(new Check("a", State.PASSED));
        judge(UNTIL.plusSeconds(60));
        assertEquals(new Pending(), now().state());
    }

    @Test
    void aCommitWithoutChecksIsCancelledAfterTheLimit() {
        judge(UNTIL);
        assertCancelled("the commit's checks had not passed after 60 min: the commit has none: does a workflow run for"
                + " this branch?");
    }

    @Test
    void aHostThatFailsIsWaitedForUntilTheLimit() {
        host = (token, repository, commit) -> {
            throw new CodeHostException(new RateLimited(NOW.plusSeconds(900), false));
        };
        assertEquals(NOW.plusSeconds(900), judge(NOW.plusSeconds(60)));
        assertTrue(waits());
        judge(UNTIL);
        assertEquals(DeploymentStatus.CANCELLED, now().status());
        assertTrue(String.valueOf(now().errorMessage()).contains("GitHub could not be asked"), now().errorMessage());
    }

    @Test
    void withoutATokenItIsCancelledAtOnce() {
        stores.hostTokens().remove(MONA, HostToken.of(Secret.of("gho_token")));
        judge(NOW);
        assertCancelled(
                "the commit's checks can't be read: no GitHub token is known for octo-org/octo-repo; sign in with"
                        + " GitHub, or turn require_checks off");
    }

    @Test
    void aConfigThatWantsNoChecksAnyMoreLetsItGo() {
        stores.configs().update(config.id(), c -> withChecks(c, false));
        judge(NOW);
        assertEquals(new Pending(), now().state());
    }
}
