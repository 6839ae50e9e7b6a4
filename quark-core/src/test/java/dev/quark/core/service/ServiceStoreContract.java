package dev.quark.core.service;

import static dev.quark.core.testing.Samples.NOW;
import static dev.quark.core.testing.Samples.REPOSITORY;
import static dev.quark.core.testing.Samples.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.process.RunId;
import dev.quark.core.service.Instance.State;
import dev.quark.core.testing.Samples;
import dev.quark.core.testing.Stores;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link ServiceStore} and every {@link InstanceStore} does. */
public abstract class ServiceStoreContract {

    private final DeploymentConfig config = Samples.config(REPOSITORY, "production");
    private final Deployment deployment = Samples.pending(config, Trigger.MANUAL);
    private Stores stores;
    private ServiceStore services;
    private InstanceStore instances;

    /** Empty stores. */
    protected abstract Stores open();

    @BeforeEach
    final void openStores() {
        stores = open();
        services = stores.services();
        instances = stores.instances();
        stores.configs().add(config);
        stores.deployments().add(deployment);
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    @Test
    void keepsOneServiceForEachConfig() {
        Service first = new Service(config.id(), new RolloutId(id()), false, "node", NOW);
        Service second = new Service(config.id(), new RolloutId(id()), true, "other", NOW.plusSeconds(1));
        services.save(first);
        assertEquals(Optional.of(first), services.find(config.id()));
        services.save(second);
        assertEquals(Optional.of(second), services.find(config.id()));
        assertEquals(List.of(second), services.all());
        services.remove(config.id());
        services.remove(config.id());
        assertEquals(Optional.empty(), services.find(config.id()));
    }

    @Test
    void aServiceOutlivesItsConfigSoThatItCanBeStopped() {
        services.save(new Service(config.id(), new RolloutId(id()), false, "node", NOW));
        stores.configs().remove(config.id(), NOW);
        assertTrue(services.find(config.id()).isPresent());
    }

    @Test
    void keepsHowFarARolloutHasCome() {
        RolloutId rollout = deployment.id().rollout();
        Rollout starting = Rollout.starting(rollout, config.id());
        services.save(starting);
        assertEquals(List.of(starting), services.rollouts(List.of(rollout, new RolloutId(id()))));
        Rollout done = starting.switched(NOW, true)
                .drained(
                        NOW.plusSeconds(3), new Cutover(1000, 3, Duration.ofNanos(1_234_000), Duration.ofMillis(2500)));
        services.save(done);
        assertEquals(List.of(done), services.rollouts(List.of(rollout)));
        assertEquals(List.of(), services.rollouts(List.of()));
    }

    @Test
    void aRolloutGoesWithItsDeployment() {
        services.save(Rollout.starting(deployment.id().rollout(), config.id()));
        stores.deployments().remove(deployment.id());
        assertEquals(List.of(), services.rollouts(List.of(deployment.id().rollout())));
    }

    @Test
    void givesBackInstancesByRolloutAndNumber() {
        RolloutId older = new RolloutId(id());
        RolloutId newer = new RolloutId(id());
        List<Instance> all =
                List.of(instance(older, 1, 20_000), instance(older, 2, 20_001), instance(newer, 1, 20_002));
        List.of(2, 1, 0).forEach(i -> assertTrue(instances.add(all.get(i))));
        assertEquals(all, instances.ofConfig(config.id()));
        assertEquals(all, instances.onNode("node"));
        assertEquals(List.of(), instances.onNode("another"));
        instances.remove(all.get(1));
        instances.remove(all.get(1));
        assertEquals(List.of(all.get(0), all.get(2)), instances.ofConfig(config.id()));
    }

    @Test
    void givesNoPortOfANodeTwice() {
        RolloutId rollout = new RolloutId(id());
        assertTrue(instances.add(instance(rollout, 1, 20_000)));
        assertFalse(instances.add(instance(rollout, 2, 20_000)));
        assertFalse(instances.add(instance(rollout, 1, 20_001)));
        instances.remove(instance(rollout, 1, 20_000));
        assertTrue(instances.add(instance(rollout, 2, 20_000)));
    }

    @Test
    void changesAnInstance() {
        Instance instance = instance(new RolloutId(id()), 1, 20_000);
        instances.add(instance);
        Instance healthy = instance.in(State.HEALTHY, NOW.plusSeconds(1), null);
        Instance crashed = healthy.crashed(new RunId(id()), NOW.plusSeconds(2), true, "it ended with exit code 1");
        assertTrue(instances.update(healthy));
        assertTrue(instances.update(crashed));
        assertEquals(List.of(crashed), instances.ofConfig(config.id()));
        instances.remove(crashed);
        assertFalse(instances.update(crashed));
    }

    private Instance instance(RolloutId rollout, int number, int port) {
        return Instance.first(config.id(), rollout, number, "node", port, new RunId(id()), NOW);
    }
}
