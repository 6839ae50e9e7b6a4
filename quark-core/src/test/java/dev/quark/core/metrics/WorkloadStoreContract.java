package dev.quark.core.metrics;

import static dev.quark.core.testing.Samples.MAIN;
import static dev.quark.core.testing.Samples.NOW;
import static dev.quark.core.testing.Samples.REPOSITORY;
import static dev.quark.core.testing.Samples.config;
import static dev.quark.core.testing.Samples.deploymentId;
import static dev.quark.core.testing.Samples.pending;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentState.InProgress;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.result.Result;
import dev.quark.core.result.Result.Standing;
import dev.quark.core.testing.Stores;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link WorkloadStore} does. */
public abstract class WorkloadStoreContract {

    private final DeploymentConfig config = config(REPOSITORY, "production");
    private final DeploymentConfig other = config(REPOSITORY, "staging");
    private Stores stores;
    private WorkloadStore workload;

    /** Empty stores. */
    protected abstract Stores open();

    @BeforeEach
    final void openStores() {
        stores = open();
        workload = stores.workload();
        stores.configs().add(config);
        stores.configs().add(other);
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    @Test
    void nothingIsCountedAsNothing() {
        assertEquals(new Workload(Map.of(), 0, null, 0, 0), workload.read());
        assertEquals(0, workload.read().deployments().get(DeploymentStatus.CANCELLED));
    }

    @Test
    void countsWhatWaitsRunsAndHasEnded() {
        Deployment failed = pending(config, Trigger.PUSH);
        stores.deployments().add(failed);
        InProgress running =
                (InProgress) stores.queue().claim("node", NOW).orElseThrow().state();
        stores.deployments().transition(failed.id(), running, running.fail(NOW, 1, "it failed"));
        stores.deployments().add(pending(other, Trigger.PUSH));
        assertTrue(stores.queue().claim("node", NOW).isPresent());
        stores.deployments().add(queuedAt(NOW.plusSeconds(9)));
        stores.deployments().add(queuedAt(NOW.plusSeconds(3)));
        stores.deployments().add(pending(config, Trigger.PUSH).awaitingChecks(NOW.plusSeconds(60)));
        Workload read = workload.read();
        assertEquals(
                Map.of(
                        DeploymentStatus.PENDING, 3L,
                        DeploymentStatus.IN_PROGRESS, 1L,
                        DeploymentStatus.COMPLETED, 0L,
                        DeploymentStatus.FAILED, 1L,
                        DeploymentStatus.CANCELLED, 0L),
                read.deployments());
        assertEquals(2, read.queued());
        assertEquals(NOW.plusSeconds(3), read.oldestQueued());
        assertEquals(1, read.awaitingChecks());
    }

    @Test
    void countsWhatTheHostIsStillToBeTold() {
        stores.deployments().add(pending(config, Trigger.PUSH));
        stores.deployments().add(pending(other, Trigger.PUSH));
        assertEquals(2, workload.read().untold());
        DeploymentId told = stores.results()
                .claim("node", NOW, NOW.plusSeconds(60))
                .orElseThrow()
                .deployment()
                .id();
        stores.results()
                .save(new Result(told, Standing.ON, DeploymentStatus.PENDING, null, null, false, 0, null, null), true);
        assertEquals(1, workload.read().untold());
    }

    private Deployment queuedAt(Instant at) {
        return Deployment.pending(
                deploymentId(), config.id(), REPOSITORY, MAIN, config.name(), null, Trigger.MANUAL, "octocat", at);
    }
}
