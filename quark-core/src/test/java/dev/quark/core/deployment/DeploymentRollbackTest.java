package dev.quark.core.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.deployment.Deployment.Origin;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.process.CommandScript;
import dev.quark.core.testing.Samples;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Going back to an earlier release, without a service. */
class DeploymentRollbackTest {

    private final RunWorld world = new RunWorld();
    private final BringBack bringBack = new BringBack(
            world.stores.deployments(),
            world.stores.releases(),
            world.stores.services(),
            world.transitions(),
            world.audit(),
            Samples::deploymentId,
            world.clock);
    private Deployment first = Samples.pending(world.config, Trigger.PUSH);

    @BeforeEach
    void deployOnceAndChangeTheVariables() {
        world.command(CommandScript.empty());
        first = world.run(world.claimed());
        world.stores
                .configs()
                .update(
                        world.config.id(),
                        config ->
                                config.withEnvironment(Samples.environment(Map.of("API_KEY", "another")), Samples.NOW));
        world.run(world.claimed());
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Deployment goBack(boolean currentEnvironment) {
        bringBack.rollBack(first.id(), currentEnvironment, RunWorld.MONA);
        return world.run(world.stores.queue().claim(RunWorld.NODE, Samples.NOW).orElseThrow());
    }

    private Path folder() {
        return world.folders.folder(world.config.id(), first.id());
    }

    @Test
    void switchesToTheKeptFolderWithoutACommand() {
        int commands = world.commands.started().size();

        Deployment back = goBack(false);

        assertEquals(DeploymentStatus.COMPLETED, back.status(), String.valueOf(back.errorMessage()));
        assertEquals(commands, world.commands.started().size());
        assertEquals(first.id(), world.folders.current(world.config.id()).orElseThrow());
        assertEquals(Trigger.ROLLBACK, back.trigger());
        assertEquals(first.commit(), back.commit());
        assertTrue(world.folders.environmentFile(folder()).orElseThrow().contains("s3cr3t-ü-value"));
    }

    @Test
    void takesTheVariablesOfNowWhereItIsAskedTo() {
        goBack(true);

        assertTrue(world.folders.environmentFile(folder()).orElseThrow().contains("another"));
    }

    @Test
    void makesAPrunedReleaseAgainWithWhatItRemembers() {
        world.folders.discard(world.config.id(), first.id());
        int commands = world.commands.started().size();

        Deployment back = goBack(false);

        assertEquals(DeploymentStatus.COMPLETED, back.status(), String.valueOf(back.errorMessage()));
        assertEquals(commands + 1, world.commands.started().size());
        assertEquals(back.id(), world.folders.current(world.config.id()).orElseThrow());
        assertEquals(
                "s3cr3t-ü-value",
                Objects.requireNonNull(
                                world.commands.started().getLast().environment().get("API_KEY"))
                        .reveal());
    }

    @Test
    void goesBackToARollbackAsWell() {
        Deployment back = goBack(false);
        world.run(world.claimed());
        first = back;

        Deployment again = goBack(false);

        assertEquals(DeploymentStatus.COMPLETED, again.status(), String.valueOf(again.errorMessage()));
        assertEquals(new Origin(back.id(), false), again.origin());
    }

    @Test
    void refusesWhatNeverWasCompleted() {
        world.command(CommandScript.empty().exit(1));
        Deployment failed = world.run(world.claimed());

        assertThrows(ConflictException.class, () -> bringBack.rollBack(failed.id(), false, RunWorld.MONA));
    }

    @Test
    void theManifestNamesVariablesAndTellsNoValue() {
        goBack(false);
        String manifest = world.folders.manifest(folder()).orElseThrow();

        assertTrue(manifest.contains("\"API_KEY\""), manifest);
        assertFalse(manifest.contains("s3cr3t"), manifest);
        assertTrue(manifest.contains(first.id().toString()), manifest);
        assertTrue(manifest.contains("\"trigger\": \"push\""), manifest);
    }
}
