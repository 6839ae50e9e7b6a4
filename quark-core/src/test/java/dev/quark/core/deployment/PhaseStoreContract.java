package dev.quark.core.deployment;

import static dev.quark.core.testing.Samples.NOW;
import static dev.quark.core.testing.Samples.REPOSITORY;
import static dev.quark.core.testing.Samples.config;
import static dev.quark.core.testing.Samples.pending;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.testing.Samples;
import dev.quark.core.testing.Stores;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link PhaseStore} does. */
public abstract class PhaseStoreContract {

    private final DeploymentConfig config = config(REPOSITORY, "production");
    private final Deployment one = pending(config, Trigger.MANUAL);
    private final Deployment other = pending(config, Trigger.MANUAL);
    private Stores stores;
    private PhaseStore phases;

    /** Empty stores. */
    protected abstract Stores open();

    @BeforeEach
    final void openStores() {
        stores = open();
        phases = stores.phases();
        stores.configs().add(config);
        stores.deployments().add(one);
        stores.deployments().add(other);
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    @Test
    void givesBackWhatWasNoted() {
        Map<Phase, Instant> given = new EnumMap<>(Phase.class);
        for (Phase phase : Phase.values()) {
            given.put(phase, NOW.plusSeconds(given.size()));
            assertTrue(phases.begin(one.id(), phase, NOW.plusSeconds(given.size() - 1)));
        }
        phases.begin(other.id(), Phase.RUNNING, NOW);
        assertEquals(Map.of(one.id(), given), phases.of(List.of(one.id())));
        assertEquals(
                Map.of(Phase.RUNNING, NOW),
                phases.of(List.of(one.id(), other.id())).get(other.id()));
        assertEquals(Map.of(), phases.of(List.of(Samples.deploymentId())));
        assertEquals(Map.of(), phases.of(List.of()));
    }

    @Test
    void aPhaseThatIsTakenUpAgainKeepsItsTime() {
        phases.begin(one.id(), Phase.RUNNING, NOW);
        assertFalse(phases.begin(one.id(), Phase.RUNNING, NOW.plusSeconds(60)));
        assertEquals(Map.of(one.id(), Map.of(Phase.RUNNING, NOW)), phases.of(List.of(one.id())));
    }

    @Test
    void theyGoWithTheirDeploymentAndNeedOne() {
        phases.begin(one.id(), Phase.QUEUED, NOW);
        stores.deployments().remove(one.id());
        assertFalse(phases.begin(one.id(), Phase.RUNNING, NOW));
        assertEquals(Map.of(), phases.of(List.of(one.id())));
    }
}
