package dev.quark.core.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.ConfigName;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.identity.AuditEntry;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.testing.Samples;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which config a request means, and what it queues. */
class TriggerDeploymentTest {

    private static final RepositoryName REPOSITORY = new RepositoryName("octo-org/other");

    private final RunWorld world = new RunWorld();
    private final List<DeploymentEvent> told = new ArrayList<>();

    @AfterEach
    void close() {
        world.close();
    }

    private DeploymentConfig config(String branch, String name) {
        DeploymentConfig config = Samples.config(REPOSITORY, branch, name, false);
        world.stores.configs().add(config);
        return config;
    }

    private Deployment trigger(@Nullable String branch, @Nullable String sha, @Nullable String name) {
        world.events.subscribe(event -> told.add((DeploymentEvent) event));
        return new TriggerDeployment(
                        world.stores.configs(), world.transitions(), world.audit(), Samples::deploymentId, world.clock)
                .trigger(
                        new TriggerDeployment.Request(
                                REPOSITORY,
                                branch == null ? null : new BranchName(branch),
                                sha == null ? null : new CommitSha(sha),
                                name == null ? null : new ConfigName(name)),
                        RunWorld.MONA);
    }

    @Test
    void theDeploymentIsQueuedToldOfAndAudited() {
        DeploymentConfig config = config("main", "production");
        Deployment deployment = trigger(null, null, null);

        assertEquals(deployment, world.find(deployment));
        assertEquals(DeploymentStatus.PENDING, deployment.status());
        assertEquals(config.id(), deployment.config());
        assertEquals(Trigger.MANUAL, deployment.trigger());
        assertEquals("mona", deployment.triggeredBy());
        assertNull(deployment.commit());
        assertEquals(List.of(new DeploymentEvent.StatusChanged(deployment.id(), DeploymentStatus.PENDING)), told);
        AuditEntry audited = world.stores.audit().list(1, 0).getFirst();
        assertEquals("deployment.trigger", audited.action());
        assertEquals("deployment/" + deployment.id(), audited.target());
        assertEquals("192.0.2.1", audited.address());
    }

    @Test
    void theCommitThatIsNamedIsTheOneThatIsDeployed() {
        config("main", "production");
        Deployment deployment = trigger("main", "b".repeat(40), null);
        assertEquals(
                "b".repeat(40),
                String.valueOf(
                        deployment.commit() == null ? null : deployment.commit().sha()));
    }

    @Test
    void ofSeveralTheOneForMainIsMeant() {
        config("dev", "production");
        DeploymentConfig main = config("main", "production");
        assertEquals(main.id(), trigger(null, null, null).config());
    }

    @Test
    void aBranchOfItsOwnComesBeforeAGlob() {
        config("*", "everything");
        DeploymentConfig dev = config("dev", "staging");
        assertEquals(dev.id(), trigger("dev", null, null).config());
    }

    @Test
    void aGlobDeploysTheBranchThatIsNamed() {
        DeploymentConfig release = config("release/*", "production");
        Deployment deployment = trigger("release/1.2", null, null);
        assertEquals(release.id(), deployment.config());
        assertEquals("release/1.2", deployment.branch().value());
    }

    @Test
    void aGlobNeedsABranch() {
        config("release/*", "production");
        InvalidException refused = assertThrows(InvalidException.class, () -> trigger(null, null, null));
        assertEquals("branch", refused.errors().getFirst().field());
    }

    @Test
    void productionIsMeantWhereTwoDeployTheSameBranch() {
        config("main", "staging");
        DeploymentConfig production = config("main", "production");
        assertEquals(production.id(), trigger("main", null, null).config());
    }

    @Test
    void theNameDecidesWhereItIsGiven() {
        DeploymentConfig staging = config("main", "staging");
        config("main", "production");
        assertEquals(staging.id(), trigger("main", null, "staging").config());
    }

    @Test
    void whereNothingDecidesTheNamesAreListed() {
        config("main", "blue");
        config("main", "green");
        InvalidException refused = assertThrows(InvalidException.class, () -> trigger("main", null, null));
        assertEquals("name", refused.errors().getFirst().field());
        assertTrue(refused.getMessage().contains("blue, green"), refused::getMessage);
    }

    @Test
    void aRepositoryWithoutAConfigIsNotFoundWithWhatToDo() {
        NotFoundException refused = assertThrows(NotFoundException.class, () -> trigger(null, null, null));
        assertTrue(refused.getMessage().contains("create one"), refused::getMessage);
    }

    @Test
    void aBranchThatNoConfigDeploysIsNotFound() {
        config("main", "production");
        assertThrows(NotFoundException.class, () -> trigger("dev", null, null));
        assertThrows(NotFoundException.class, () -> trigger(null, null, "staging"));
    }
}
