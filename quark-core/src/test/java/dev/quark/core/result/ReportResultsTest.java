package dev.quark.core.result;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.codehost.HostToken;
import dev.quark.core.codehost.HostTokens;
import dev.quark.core.config.ConfigId;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentEvent;
import dev.quark.core.deployment.DeploymentState.Pending;
import dev.quark.core.deployment.Transitions;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.event.LocalEventBus;
import dev.quark.core.identity.Audit;
import dev.quark.core.identity.Role;
import dev.quark.core.identity.User;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.CloneUrls;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.testing.ConfigSample;
import dev.quark.core.testing.InMemoryStores;
import dev.quark.core.testing.Samples;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReportResultsTest {

    private static final UUID MONA = new UUID(0, 1);

    private final InMemoryStores stores = new InMemoryStores();
    private final LocalEventBus events = new LocalEventBus();
    private final Transitions transitions = new Transitions(stores.deployments(), stores.phases(), events);
    private final Clock clock = Clock.systemUTC();
    private final SlowHost host = new SlowHost();
    private final List<ReportResults> started = new ArrayList<>();

    private ReportResults start() {
        HostTokens tokens = new HostTokens(
                stores.hostTokens(), stores.keepers(), null, Runnable::run, new Audit(stores.audit(), clock), clock);
        TellHost tell = new TellHost(
                stores.results(),
                stores.configs(),
                new CloneUrls("https://github.com", List.of()),
                tokens,
                host,
                new DeploymentLinks(null),
                new Pace(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofHours(24), 2, () -> 1),
                clock);
        ReportResults reports = new ReportResults(stores.results(), tell, events, "node", 2, clock);
        started.add(reports);
        reports.start();
        return reports;
    }

    @AfterEach
    void stop() {
        host.open.countDown();
        started.forEach(ReportResults::close);
    }

    private Deployment queued(String repository) {
        RepositoryName name = new RepositoryName(repository);
        DeploymentConfig sample = Samples.config(name, "c" + Samples.id());
        DeploymentConfig config =
                ConfigSample.like(sample).onGitHub().at(NOW, NOW).make();
        stores.configs().add(config);
        if (stores.users().find(MONA).isEmpty()) {
            stores.users().add(User.invited(MONA, "mona", null, Role.DEPLOYER, NOW));
        }
        stores.hostTokens().save(MONA, HostToken.of(Secret.of("gho_token")));
        stores.keepers().join(name, MONA, NOW);
        Deployment deployment = Deployment.pending(
                Samples.deploymentId(),
                config.id(),
                name,
                Samples.MAIN,
                config.name(),
                Samples.commit("x"),
                Trigger.PUSH,
                "mona",
                clock.instant());
        transitions.add(deployment);
        return deployment;
    }

    private boolean isTold(Deployment deployment) {
        return stores.results().find(deployment.id()).orElseThrow().told()
                == stores.deployments().find(deployment.id()).orElseThrow().status();
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.call()) {
            assertTrue(System.nanoTime() < end, "it didn't happen");
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void aChangeOfStatusWakesIt() throws Exception {
        host.open.countDown();
        start();
        Deployment deployment = queued("octo-org/one");
        await(() -> isTold(deployment));
    }

    @Test
    void aCommitThatBecomesKnownWakesIt() throws Exception {
        host.open.countDown();
        start();
        Deployment deployment = queued("octo-org/one");
        await(() -> isTold(deployment));
        Deployment unknown = Deployment.pending(
                Samples.deploymentId(),
                deployment.config() == null ? new ConfigId(Samples.id()) : deployment.config(),
                deployment.repository(),
                Samples.MAIN,
                deployment.name(),
                null,
                Trigger.MANUAL,
                "mona",
                clock.instant());
        transitions.add(unknown);

        stores.deployments().recordCommit(unknown.id(), Samples.commit("x"));
        events.publish(new DeploymentEvent.CommitKnown(unknown.id()));

        await(() -> isTold(unknown));
    }

    @Test
    void noDeploymentWaitsForTheHost() throws Exception {
        start();
        Deployment deployment = queued("octo-org/one");
        await(() -> host.inside.get() == 1);

        // The host doesn't answer, and all of this returns.
        Pending pending = new Pending();
        assertTrue(transitions.move(deployment.id(), pending, pending.start(clock.instant(), "node")));

        assertEquals(1, host.inside.get());
        host.open.countDown();
        await(() -> isTold(deployment));
    }

    @Test
    void someRepositoriesAreToldAboutAtOnceAndNoMore() throws Exception {
        start();
        List<Deployment> all = List.of(queued("octo-org/one"), queued("octo-org/two"), queued("octo-org/three"));
        await(() -> host.inside.get() == 2);
        host.open.countDown();
        await(() -> all.stream().allMatch(this::isTold));
        assertEquals(2, host.most.get());
    }

    @Test
    void whatAnEarlierProcessHadBegunIsToldAfterTheStart() throws Exception {
        host.open.countDown();
        Deployment deployment = queued("octo-org/one");
        assertTrue(stores.results()
                .claim("node", clock.instant(), clock.instant().plusSeconds(3600))
                .isPresent());

        start();

        await(() -> isTold(deployment));
        assertEquals(1, host.looks.get());
    }

    @Test
    void anEndInTheMiddleLosesNothing() throws Exception {
        ReportResults first = start();
        Deployment deployment = queued("octo-org/one");
        await(() -> host.inside.get() == 1);
        first.close();
        host.open.countDown();

        start();

        await(() -> isTold(deployment));
    }

    /** Lets nobody out before it is open. */
    private static final class SlowHost implements HostResults {

        private final CountDownLatch open = new CountDownLatch(1);
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private final AtomicInteger looks = new AtomicInteger();

        private void pass() {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            try {
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            } finally {
                inside.decrementAndGet();
            }
        }

        @Override
        public void mark(Secret token, RepositoryName repository, CommitSha commit, Mark mark) {
            pass();
        }

        @Override
        public OptionalLong find(Secret token, RepositoryName repository, Place place) {
            looks.incrementAndGet();
            return OptionalLong.empty();
        }

        @Override
        public long add(Secret token, RepositoryName repository, Place place) {
            return 1;
        }

        @Override
        public void progress(Secret token, RepositoryName repository, long deployment, Progress progress) {}
    }
}
