package dev.quark.github;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.fail;

import dev.quark.core.codehost.HostToken;
import dev.quark.core.codehost.HostTokens;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.Transitions;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.event.LocalEventBus;
import dev.quark.core.identity.Audit;
import dev.quark.core.identity.Role;
import dev.quark.core.identity.User;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.Commit;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.testing.ConfigSample;
import dev.quark.core.testing.InMemoryStores;
import dev.quark.core.testing.Samples;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** A repository on the stand-in, somebody with a token for it, and a config that deploys it. */
final class HostWorld implements AutoCloseable {

    static final UUID MONA = new UUID(0, 1);

    final GitHubStandIn standIn;
    final InMemoryStores stores = new InMemoryStores();
    final LocalEventBus events = new LocalEventBus();
    final Transitions transitions = new Transitions(stores.deployments(), stores.phases(), events);
    final HandClock clock = new HandClock();
    final HostTokens tokens = new HostTokens(
            stores.hostTokens(), stores.keepers(), null, Runnable::run, new Audit(stores.audit(), clock), clock);
    final GitHub gitHub;
    final RepositoryName repository;
    final CommitSha commit;
    final Secret token;
    final DeploymentConfig config;

    /** @param patience how long GitHub is waited for */
    HostWorld(Path folder, boolean requireChecks, Duration patience) throws Exception {
        standIn = GitHubStandIn.start(folder).account(1, "mona");
        repository = standIn.repository("octo-org/octo-repo", true, "mona");
        commit = standIn.push(repository, "main", "First", Map.of("a.txt", "one"));
        token = standIn.token("mona", "repo");
        gitHub = GitHub.connect(new GitHub.Settings(standIn.url(), standIn.apiUrl(), null, patience), clock);
        stores.users().add(User.invited(MONA, "mona", null, Role.DEPLOYER, NOW));
        stores.hostTokens().save(MONA, HostToken.of(token));
        stores.keepers().join(repository, MONA, NOW);
        config = config(requireChecks);
        stores.configs().add(config);
    }

    private DeploymentConfig config(boolean requireChecks) {
        DeploymentConfig sample = Samples.config(repository, "production");
        return ConfigSample.like(sample)
                .onGitHub()
                .github(requireChecks, "https://app.example.com")
                .at(NOW, NOW)
                .make();
    }

    /** A pending deployment of the repository's commit, which isn't stored yet. */
    Deployment deployment() {
        return Deployment.pending(
                Samples.deploymentId(),
                config.id(),
                repository,
                Samples.MAIN,
                config.name(),
                new Commit(commit, "First", "Mona"),
                Trigger.PUSH,
                "mona",
                clock.instant());
    }

    /** Waits for what another thread does. */
    static void await(Callable<Boolean> condition, Supplier<String> otherwise) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.call()) {
            if (System.nanoTime() >= end) {
                fail(otherwise.get());
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Override
    public void close() {
        gitHub.close();
        standIn.close();
    }

    /** The real time, and what a test adds to it. */
    static final class HandClock extends Clock {

        private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

        void forward(Duration by) {
            ahead.updateAndGet(by::plus);
        }

        @Override
        public Instant instant() {
            return Clock.systemUTC().instant().plus(ahead.get());
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
