package dev.quark.core.config;

import static dev.quark.core.testing.Samples.NOW;
import static dev.quark.core.testing.Samples.REPOSITORY;
import static dev.quark.core.testing.Samples.config;
import static dev.quark.core.testing.Samples.environment;
import static dev.quark.core.testing.Samples.pending;
import static dev.quark.core.testing.Samples.service;
import static dev.quark.core.testing.Samples.withService;
import static java.time.Duration.ZERO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.environment.Environment;
import dev.quark.core.environment.VariableName;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.testing.ConfigSample;
import dev.quark.core.testing.Stores;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link ConfigStore} does. */
public abstract class ConfigStoreContract {

    private Stores stores;
    private ConfigStore configs;

    /** Empty stores. */
    protected abstract Stores open();

    @BeforeEach
    final void openStores() {
        stores = open();
        configs = stores.configs();
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    @Test
    void givesBackWhatWasAdded() {
        DeploymentConfig all = config(REPOSITORY, "production");
        DeploymentConfig least = ConfigSample.plain(new RepositoryName("octo-org/other"))
                .branch("release/*")
                .timeout(Duration.ofDays(1))
                .keepReleases(1)
                .make();
        configs.add(all);
        configs.add(least);
        assertEquals(Optional.of(all), configs.find(all.id()));
        assertEquals(Optional.of(least), configs.find(least.id()));
        assertEquals(Optional.empty(), configs.find(config(REPOSITORY, "y").id()));
    }

    @Test
    void keepsEveryValueOfAVariableExactly() {
        Map<String, String> values = Map.of(
                "EMPTY", "",
                "LINES", "one\ntwo\r\n\tthree\n",
                "QUOTES", "\"'`$\\",
                "WORLD", "żółć 日本 🚀",
                "LONG", "x".repeat(100_000));
        DeploymentConfig config =
                config(REPOSITORY, "production").withEnvironment(environment(values, "EMPTY", "UNSET"), NOW);
        configs.add(config);
        assertEquals(Optional.of(config), configs.find(config.id()));
    }

    @Test
    void refusesASecondConfigForTheSameRepositoryBranchAndName() {
        DeploymentConfig first = config(REPOSITORY, "production");
        configs.add(first);
        ConflictException refused = assertThrows(
                ConflictException.class,
                () -> configs.add(config(new RepositoryName("Octo-Org/OCTO-repo"), "production")));
        assertTrue(String.valueOf(refused.getMessage()).contains("production"), refused.getMessage());
        configs.add(config(REPOSITORY, "staging"));
        configs.add(config(REPOSITORY, "next", "production", true));
        assertEquals(3, configs.count(REPOSITORY));
    }

    @Test
    void listsOldestFirst() {
        RepositoryName other = new RepositoryName("octo-org/another");
        List<DeploymentConfig> all = List.of(
                config(REPOSITORY, "z"),
                config(other, "b"),
                config(REPOSITORY, "a"),
                config(new RepositoryName("OCTO-org/octo-REPO"), "m"));
        List.of(2, 0, 3, 1).forEach(i -> configs.add(all.get(i)));
        assertEquals(all, configs.list(null, 10, 0));
        assertEquals(all.subList(1, 3), configs.list(null, 2, 1));
        assertEquals(List.of(all.get(0), all.get(2), all.get(3)), configs.ofRepository(REPOSITORY));
        assertEquals(List.of(all.get(2)), configs.list(REPOSITORY, 1, 1));
        assertEquals(List.of(), configs.list(REPOSITORY, 10, 3));
        assertEquals(4, configs.count(null));
        assertEquals(1, configs.count(other));
    }

    @Test
    void givesBackAService() {
        DeploymentConfig config =
                withService(config(REPOSITORY, "production"), service("app.example.com", "*.example.com"));
        configs.add(config);
        assertEquals(Optional.of(config), configs.find(config.id()));
        HealthCheck open = new HealthCheck(null, Duration.ofMillis(50), Duration.ofHours(1));
        ServiceSettings changed = new ServiceSettings(
                "x", List.of(HostPattern.ANY), PathPrefix.ROOT, false, 1, open, ZERO, Duration.ofSeconds(1), ZERO, 0);
        configs.update(config.id(), c -> withService(c, changed));
        assertEquals(changed, configs.find(config.id()).orElseThrow().service());
        configs.update(config.id(), c -> withService(c, null));
        assertEquals(null, configs.find(config.id()).orElseThrow().service());
    }

    @Test
    void refusesASecondServiceOnTheSameHostAndPathAndNamesTheFirst() {
        DeploymentConfig first =
                withService(config(REPOSITORY, "production"), service("a.example.com", "b.example.com"));
        DeploymentConfig second = withService(config(REPOSITORY, "staging"), service("b.example.com"));
        configs.add(first);

        ConflictException refused = assertThrows(ConflictException.class, () -> configs.add(second));

        assertTrue(refused.getMessage().contains("\"production\""), refused.getMessage());
        assertTrue(refused.getMessage().contains("b.example.com/api"), refused.getMessage());
        assertEquals(1, configs.count(null));
        configs.add(withService(second, service("c.example.com")));
        assertThrows(
                ConflictException.class,
                () -> configs.update(second.id(), c -> withService(c, service("a.example.com"))));
        assertEquals(
                service("c.example.com"),
                configs.find(second.id()).orElseThrow().service());
    }

    @Test
    void aHostIsFreeAgainWhenItsConfigGivesItUp() {
        DeploymentConfig first = withService(config(REPOSITORY, "production"), service("a.example.com"));
        DeploymentConfig second = withService(config(REPOSITORY, "staging"), service("a.example.com"));
        configs.add(first);
        configs.update(first.id(), c -> withService(c, null));
        configs.add(second);
        configs.remove(second.id(), NOW);
        configs.update(first.id(), c -> withService(c, service("a.example.com")));
        assertEquals(1, configs.count(null));
    }

    @Test
    void updates() {
        DeploymentConfig before = config(REPOSITORY, "production");
        configs.add(before);
        Environment changed = environment(Map.of("API_KEY", "another value", "NEW", "1"), "NEW");
        Optional<DeploymentConfig> after =
                configs.update(before.id(), config -> config.withEnvironment(changed, NOW.plusSeconds(9)));
        assertEquals(Optional.of(before.withEnvironment(changed, NOW.plusSeconds(9))), after);
        assertEquals(after, configs.find(before.id()));
        assertEquals(Optional.empty(), configs.update(config(REPOSITORY, "x").id(), config -> config));
    }

    @Test
    void anUpdateThatThrowsChangesNothing() {
        DeploymentConfig config = config(REPOSITORY, "production");
        configs.add(config);
        InvalidException thrown = new InvalidException("branch", "is wrong");
        InvalidException seen = assertThrows(
                InvalidException.class,
                () -> configs.update(config.id(), c -> {
                    throw thrown;
                }));
        assertEquals(thrown.errors(), seen.errors());
        assertEquals(Optional.of(config), configs.find(config.id()));
    }

    @Test
    void anUpdateThatMeetsAnotherConfigChangesNothing() {
        DeploymentConfig one = config(REPOSITORY, "production");
        DeploymentConfig two = config(REPOSITORY, "staging");
        configs.add(one);
        configs.add(two);
        assertThrows(ConflictException.class, () -> configs.update(two.id(), c -> renamed(c, "production")));
        assertEquals(List.of(one, two), configs.list(null, 10, 0));
        configs.update(two.id(), c -> renamed(c, "preview"));
        assertEquals(renamed(two, "preview"), configs.find(two.id()).orElseThrow());
    }

    @Test
    void givesBackAVariableThatQuarkTookForItselfLater() {
        DeploymentConfig config = config(REPOSITORY, "production")
                .withEnvironment(Environment.EMPTY.with(new VariableName("BRANCH"), Secret.of("mine")), NOW);
        configs.add(config);
        assertEquals(List.of(config), configs.list(null, 10, 0));
    }

    @Test
    void losesNoneOfManyConcurrentUpdates() throws Exception {
        DeploymentConfig config = config(REPOSITORY, "production").withEnvironment(Environment.EMPTY, NOW);
        configs.add(config);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Optional<DeploymentConfig>>> updates = IntStream.range(0, 40)
                    .mapToObj(i -> new VariableName("V" + i))
                    .map(name -> threads.submit(() -> configs.update(
                            config.id(), c -> c.withEnvironment(c.environment().with(name, Secret.of("x")), NOW))))
                    .toList();
            for (Future<Optional<DeploymentConfig>> update : updates) {
                update.get();
            }
        }
        assertEquals(
                40,
                configs.find(config.id())
                        .orElseThrow()
                        .environment()
                        .variables()
                        .size());
    }

    @Test
    void removesAConfigAndKeepsItsHistory() {
        DeploymentConfig config = config(REPOSITORY, "production");
        configs.add(config);
        Deployment done = pending(config, Trigger.MANUAL);
        stores.deployments().add(done);
        DeploymentState.InProgress running = (DeploymentState.InProgress)
                stores.queue().claim("node", NOW).orElseThrow().state();
        stores.deployments().transition(done.id(), running, running.complete(NOW));
        Deployment waiting = pending(config, Trigger.MANUAL);
        stores.deployments().add(waiting);

        assertTrue(configs.remove(config.id(), NOW.plusSeconds(5)));

        assertEquals(Optional.empty(), configs.find(config.id()));
        Deployment history = stores.deployments().find(done.id()).orElseThrow();
        assertEquals(DeploymentStatus.COMPLETED, history.status());
        assertEquals(null, history.config());
        Deployment cancelled = stores.deployments().find(waiting.id()).orElseThrow();
        assertEquals(DeploymentStatus.CANCELLED, cancelled.status());
        assertEquals(NOW.plusSeconds(5), cancelled.completedAt());
        assertEquals(Optional.empty(), stores.queue().claim("node", NOW));
        assertFalse(configs.remove(config.id(), NOW));
        configs.add(config);
        assertEquals(Optional.of(config), configs.find(config.id()));
    }

    @Test
    void doesNotRemoveAConfigThatRuns() {
        DeploymentConfig config = config(REPOSITORY, "production");
        configs.add(config);
        Deployment first = pending(config, Trigger.MANUAL);
        Deployment second = pending(config, Trigger.MANUAL);
        stores.deployments().add(first);
        stores.deployments().add(second);
        assertTrue(stores.queue().claim("node", NOW).isPresent());
        assertThrows(ConflictException.class, () -> configs.remove(config.id(), NOW));
        assertEquals(Optional.of(config), configs.find(config.id()));
        assertEquals(
                DeploymentStatus.PENDING,
                stores.deployments().find(second.id()).orElseThrow().status());
    }

    private static DeploymentConfig renamed(DeploymentConfig c, String name) {
        return ConfigSample.like(c).name(name).make();
    }
}
