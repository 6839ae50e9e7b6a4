package dev.quark.core.result;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.codehost.CodeHostException.Forbidden;
import dev.quark.core.codehost.CodeHostException.RateLimited;
import dev.quark.core.codehost.CodeHostException.Rejected;
import dev.quark.core.codehost.CodeHostException.Revoked;
import dev.quark.core.codehost.CodeHostException.Unreachable;
import dev.quark.core.codehost.HostToken;
import dev.quark.core.codehost.HostTokens;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.DeploymentState.InProgress;
import dev.quark.core.deployment.DeploymentState.Pending;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.identity.Audit;
import dev.quark.core.identity.Role;
import dev.quark.core.identity.User;
import dev.quark.core.result.Result.Standing;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.CloneUrls;
import dev.quark.core.testing.ConfigSample;
import dev.quark.core.testing.InMemoryStores;
import dev.quark.core.testing.Samples;
import dev.quark.core.testing.Stores;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TellHostTest {

    private static final UUID MONA = new UUID(0, 1);

    private final Stores stores = new InMemoryStores();
    private final RecordingHost host = new RecordingHost();
    private final HandClock clock = new HandClock();
    private final CloneUrls sources = new CloneUrls("https://github.com", List.of("file:///srv"));
    private final HostTokens tokens = new HostTokens(
            stores.hostTokens(), stores.keepers(), null, Runnable::run, new Audit(stores.audit(), clock), clock);
    private final TellHost tell = new TellHost(
            stores.results(),
            stores.configs(),
            sources,
            tokens,
            host,
            new DeploymentLinks("https://quark.example.com/d/{id}"),
            Pace.ofDay(() -> 0.5),
            clock);
    private DeploymentConfig config;

    @BeforeEach
    void signIn() {
        stores.users().add(User.invited(MONA, "mona", null, Role.DEPLOYER, NOW));
        stores.hostTokens().save(MONA, HostToken.of(Secret.of("gho_token")));
        stores.keepers().join(Samples.REPOSITORY, MONA, NOW);
        config = config(null);
    }

    private DeploymentConfig config(@Nullable CloneUrl url) {
        DeploymentConfig sample = Samples.config(Samples.REPOSITORY, "production");
        DeploymentConfig made = ConfigSample.like(sample)
                .onGitHub()
                .cloneUrl(url)
                .name(url == null ? sample.name().value() : "other")
                .github(false, "https://app.example.com")
                .at(NOW, NOW)
                .make();
        stores.configs().add(made);
        return made;
    }

    private Deployment queued(DeploymentConfig of) {
        Deployment deployment = Samples.pending(of, Trigger.PUSH);
        stores.deployments().add(deployment);
        return deployment;
    }

    private InProgress start(Deployment deployment) {
        InProgress running = new Pending().start(clock.instant(), "node");
        assertTrue(stores.deployments().transition(deployment.id(), new Pending(), running));
        return running;
    }

    private void complete(Deployment deployment) {
        InProgress running = start(deployment);
        end(deployment, running, running.complete(clock.instant()));
    }

    private void end(Deployment deployment, DeploymentState from, DeploymentState to) {
        assertTrue(stores.deployments().transition(deployment.id(), from, to));
    }

    /** Tells all that is to be told now. */
    private void run() {
        Instant now = clock.instant();
        for (var next = stores.results().claim("node", now, now.plusSeconds(60));
                next.isPresent();
                next = stores.results().claim("node", now, now.plusSeconds(60))) {
            tell.tell(next.get());
        }
    }

    private Result result(Deployment deployment) {
        return stores.results().find(deployment.id()).orElseThrow();
    }

    @Test
    void eachStateIsOnTheCommitAndInTheDeployment() {
        Deployment deployment = queued(config);
        run();
        InProgress running = start(deployment);
        run();
        clock.forward(Duration.ofSeconds(75));
        end(deployment, running, running.complete(clock.instant()));
        run();

        assertEquals(
                List.of(
                        "mark quark/production pending",
                        "add 1",
                        "progress 1 queued",
                        "mark quark/production pending",
                        "progress 1 in_progress",
                        "mark quark/production success",
                        "progress 1 success"),
                host.told);
        HostResults.Mark last = host.marks.get(2);
        assertEquals("Deployed in 1 min 15 s", last.description());
        assertEquals("https://quark.example.com/d/" + deployment.id(), last.url());
        HostResults.Progress done = host.progresses.get(2);
        assertEquals("https://app.example.com", done.environmentUrl());
        assertEquals(last.url(), done.logUrl());
        assertNull(host.progresses.get(1).environmentUrl());
        HostResults.Place place = host.places.get(1L);
        assertNotNull(place);
        assertEquals("production", place.environment().value());
        assertEquals(deployment.id().toString(), place.key());
        assertTrue(place.production());
    }

    @Test
    void whatIsDeployedIsShownAtItsOwnAddressElseAtThatOfItsService() {
        DeploymentConfig none = withAddress(null, Samples.withService(config, null));
        assertNull(none.shownAt());
        DeploymentConfig served = Samples.withService(none, Samples.service("*.example.com", "app.example.com"));
        assertEquals("https://app.example.com/api", served.shownAt());
        assertNull(Samples.withService(none, Samples.service("*")).shownAt());
        assertEquals(
                "https://own.example.com",
                withAddress("https://own.example.com", served).shownAt());
    }

    private static DeploymentConfig withAddress(@Nullable String url, DeploymentConfig c) {
        return ConfigSample.like(c).github(false, url).make();
    }

    @Test
    void aFailureAndACancellationSayWhy() {
        Deployment failed = queued(config);
        InProgress running = start(failed);
        end(failed, running, running.fail(NOW, 3, "the command ended with\nexit code 3"));
        Deployment cancelled = queued(config);
        end(cancelled, new Pending(), new Pending().cancel(NOW, "superseded by another"));
        run();

        assertEquals("failure", host.marks.get(0).state());
        assertEquals(
                "Failed: the command ended with exit code 3", host.marks.get(0).description());
        assertEquals("error", host.marks.get(1).state());
        assertEquals("Cancelled: superseded by another", host.marks.get(1).description());
        assertTrue(host.told.containsAll(List.of("progress 1 failure", "progress 2 error")));
    }

    @Test
    void aLongReasonIsCutToWhatGitHubTakes() {
        Deployment failed = queued(config);
        InProgress running = start(failed);
        end(failed, running, running.fail(NOW, 3, "x".repeat(130) + "\uD83D\uDE80".repeat(10)));
        run();

        String shown = host.marks.get(0).description();
        assertTrue(shown.length() <= 140 && shown.endsWith("…"), shown);
        assertFalse(Character.isHighSurrogate(shown.charAt(shown.length() - 2)), shown);
    }

    @Test
    void oneThatWaitsForChecksSaysSo() {
        Deployment waiting = Samples.pending(config, Trigger.PUSH).awaitingChecks(NOW.plusSeconds(60));
        stores.deployments().add(waiting);
        run();
        assertEquals("Waiting for checks", host.marks.get(0).description());
    }

    @Test
    void earlierOnesOfTheConfigAreNoLongerActive() {
        Deployment first = queued(config);
        complete(first);
        run();
        clock.forward(Duration.ofMinutes(1));
        Deployment second = queued(config);
        complete(second);
        host.told.clear();
        run();

        assertEquals(
                List.of("mark quark/production success", "add 2", "progress 2 success", "progress 1 inactive"),
                host.told);
        assertFalse(result(first).active());
        assertTrue(result(second).active());
    }

    @Test
    void anEarlierOneThatIsToldLateIsNotActive() {
        Deployment first = queued(config);
        complete(first);
        host.fail("add", new Unreachable("down"));
        run();
        clock.forward(Duration.ofSeconds(1));
        host.recover();
        Deployment second = queued(config);
        complete(second);
        run();
        host.told.clear();
        clock.forward(Duration.ofMinutes(1));
        run();

        assertEquals("progress 2 inactive", host.told.get(host.told.size() - 1));
        assertFalse(result(first).active());
        assertTrue(result(second).active());
    }

    @Test
    void whatFailedIsTriedAgainFromWhereItFailed() {
        Deployment deployment = queued(config);
        host.fail("progress", new Unreachable("down"));
        run();
        assertEquals(Standing.ON, result(deployment).standing());
        assertTrue(String.valueOf(result(deployment).error()).contains("can't be reached"));
        run();
        assertEquals(List.of("mark quark/production pending", "add 1"), host.told);

        host.recover();
        clock.forward(Duration.ofSeconds(4));
        run();

        assertEquals(List.of("mark quark/production pending", "add 1", "progress 1 queued"), host.told);
        assertEquals(DeploymentStatus.PENDING, result(deployment).told());
    }

    @Test
    void waitsGrowUpToTheLongest() {
        Deployment deployment = queued(config);
        host.fail("mark", new Unreachable("down"));
        Duration before = Duration.ZERO;
        for (int i = 0; i < 12; i++) {
            run();
            Duration wait = Duration.between(
                    clock.instant(),
                    java.util.Objects.requireNonNull(result(deployment).nextAttempt()));
            assertTrue(wait.compareTo(before) >= 0 && wait.compareTo(Duration.ofMinutes(10)) <= 0, wait.toString());
            before = wait;
            clock.forward(wait);
        }
        assertEquals(Duration.ofSeconds(450), before);
    }

    @Test
    void aDeploymentThatMayHaveBeenAddedIsLookedForBeforeItIsAddedAgain() {
        Deployment deployment = queued(config);
        host.failAfterwards("add", new Unreachable("the answer was lost"));
        run();
        host.recover();
        clock.forward(Duration.ofMinutes(1));
        run();

        assertEquals(1, host.places.size());
        assertEquals(1L, result(deployment).hostDeployment());
    }

    @Test
    void aLimitIsWaitedForAndNotCountedAsOld() {
        Deployment deployment = queued(config);
        host.fail("mark", new RateLimited(NOW.plusSeconds(1800), false));
        run();
        Instant next = result(deployment).nextAttempt();
        assertEquals(NOW.plusSeconds(1800).plusMillis(2000), next);
    }

    @Test
    void whatGitHubDeclinesIsDroppedAtOnceAndTheNextStatusIsTold() {
        Deployment deployment = queued(config);
        host.fail("mark", new Rejected(422, "No commit found for SHA"));
        run();
        assertEquals(Standing.DROPPED, result(deployment).standing());
        assertTrue(String.valueOf(result(deployment).error()).contains("No commit found"));

        host.recover();
        complete(deployment);
        run();
        assertEquals(Standing.ON, result(deployment).standing());
        assertEquals(DeploymentStatus.COMPLETED, result(deployment).told());
    }

    @Test
    void afterADayItIsDroppedAndSaysWhy() {
        Deployment deployment = queued(config);
        host.fail("mark", new Forbidden("SSO"));
        clock.forward(Duration.ofHours(23));
        run();
        assertEquals(Standing.ON, result(deployment).standing());
        clock.forward(Duration.ofHours(2));
        run();
        assertEquals(Standing.DROPPED, result(deployment).standing());
        assertTrue(String.valueOf(result(deployment).error()).contains("SSO"));
        run();
        assertEquals(List.of(), host.told);
    }

    @Test
    void aRevokedTokenIsDroppedAndTheNextSignInDeliversWhatWasMissed() {
        Deployment deployment = queued(config);
        complete(deployment);
        host.fail("mark", new Revoked());
        run();
        assertTrue(stores.hostTokens().find(MONA).isEmpty());
        host.recover();
        clock.forward(Duration.ofMinutes(1));
        run();
        assertEquals(List.of(), host.told);
        assertTrue(String.valueOf(result(deployment).error()).contains("No GitHub token is known"));

        stores.hostTokens().save(MONA, HostToken.of(Secret.of("gho_new")));
        clock.forward(Duration.ofMinutes(1));
        run();
        assertEquals(DeploymentStatus.COMPLETED, result(deployment).told());
    }

    @Test
    void withoutATokenNothingIsQueuedAndItSaysWhy() {
        stores.hostTokens().remove(MONA, HostToken.of(Secret.of("gho_token")));
        Deployment deployment = queued(config);
        run();
        assertEquals(Standing.OFF, result(deployment).standing());
        assertTrue(String.valueOf(result(deployment).error()).contains("sign in with GitHub"));
    }

    @Test
    void onlyWhatIsClonedFromGitHubUnderItsOwnNameIsTold() {
        for (String url : List.of("file:///srv/git/app.git", "https://github.com/octo-org/another.git")) {
            DeploymentConfig elsewhere = config(new CloneUrl(url));
            Deployment deployment = queued(elsewhere);
            run();
            assertEquals(Standing.OFF, result(deployment).standing(), url);
            stores.deployments().remove(deployment.id());
            stores.configs().remove(elsewhere.id(), NOW);
        }
        queued(config(new CloneUrl("https://github.com/Octo-Org/octo-repo")));
        run();
        assertTrue(host.told.contains("mark quark/other pending"), host.told.toString());
    }

    @Test
    void aDeploymentIsToldToItsEndAlsoAfterItsConfigHasGone() {
        Deployment deployment = queued(config);
        run();
        stores.configs().remove(config.id(), NOW);
        run();
        assertTrue(host.told.contains("progress 1 error"), host.told.toString());
        assertEquals(DeploymentStatus.CANCELLED, result(deployment).told());
    }

    /** A clock that a test moves. */
    private static final class HandClock extends Clock {

        private Instant now = NOW;

        void forward(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
