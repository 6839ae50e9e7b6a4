package dev.quark.core.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ManageConfigs;
import dev.quark.core.log.LiveLogs;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.process.CommandScript;
import dev.quark.core.source.CloneUrls;
import dev.quark.core.testing.Samples;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A config goes, its history stays. */
@Timeout(60)
class RemoveConfigTest {

    private final RunWorld world = new RunWorld();
    private final List<DeploymentEvent> told = new ArrayList<>();

    @BeforeEach
    void listen() {
        world.events.subscribe(event -> told.add((DeploymentEvent) event));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void remove(boolean force) throws InterruptedException {
        remove(world.config.id(), force, world.clock);
    }

    private void remove(ConfigId id, boolean force, Clock clock) throws InterruptedException {
        ManageConfigs manage = new ManageConfigs(
                world.stores.configs(),
                world.stores.keepers(),
                new CloneUrls("https://github.com", List.of()),
                world.events,
                world.audit(),
                () -> new ConfigId(Samples.id()),
                clock);
        try (WatchDeployment watch =
                new WatchDeployment(world.stores.deployments(), new LiveLogs(world.logs), world.events)) {
            new RemoveConfig(
                            manage,
                            world.stores.deployments(),
                            world.cancel(),
                            watch,
                            world.transitions(),
                            world.folders,
                            null,
                            clock)
                    .remove(id, force, RunWorld.MONA);
        }
    }

    private boolean isThere() {
        return world.stores.configs().find(world.config.id()).isPresent();
    }

    @Test
    void itsReleasesGoAndItsDeploymentsStay() throws Exception {
        world.command(CommandScript.empty());
        Deployment done = world.run(world.claimed());
        remove(false);

        assertFalse(isThere());
        assertFalse(world.folders.exists(world.config.id(), done.id()));
        assertEquals(Optional.empty(), world.folders.current(world.config.id()));
        assertEquals(DeploymentStatus.COMPLETED, world.find(done).status());
        assertNull(world.find(done).config());
    }

    @Test
    void whatWaitsIsCancelledAndToldOf() throws Exception {
        Deployment pending = world.queue(Trigger.PUSH);
        remove(false);
        assertEquals("its config was deleted", world.find(pending).errorMessage());
        assertEquals(List.of(new DeploymentEvent.StatusChanged(pending.id(), DeploymentStatus.CANCELLED)), told);
    }

    @Test
    void whileADeploymentRunsItIsAConflictAndNothingChanges() {
        Deployment running = world.claimed();
        Deployment pending = world.queue(Trigger.PUSH);
        assertThrows(ConflictException.class, () -> remove(false));
        assertTrue(isThere());
        assertEquals(running, world.find(running));
        assertEquals(pending, world.find(pending));
        assertTrue(told.isEmpty());
    }

    @Test
    void byForceWhatRunsIsStoppedAndWhatWaitsNeverStarts() throws Exception {
        try (Dispatcher dispatcher = new Dispatcher(world.stores.queue(), world.needs(), RunWorld.NODE, 4)) {
            dispatcher.start();
            Deployment running = Samples.pending(world.config, Trigger.PUSH);
            world.transitions().add(running);
            RunWorld.await(() -> world.commands.isRunning(running.id().run()));
            List<Deployment> waiting = List.of(world.queue(Trigger.MANUAL), world.queue(Trigger.MANUAL));
            remove(true);

            assertFalse(isThere());
            assertEquals("cancelled by mona", world.find(running).errorMessage());
            waiting.forEach(
                    one -> assertEquals("cancelled by mona", world.find(one).errorMessage()));
            assertEquals(1, world.commands.started().size());
        }
    }

    @Test
    void byForceItIsGivenUpWhereTheCommandDoesNotStop() {
        Deployment running = world.claimed();
        assertThrows(ConflictException.class, () -> remove(world.config.id(), true, hasty()));
        assertTrue(isThere());
        assertEquals("mona", world.find(running).cancelledBy());
    }

    @Test
    void oneThatIsNotThereIsNotFound() {
        ConfigId unknown = new ConfigId(Samples.id());
        assertThrows(NotFoundException.class, () -> remove(unknown, false, world.clock));
        assertThrows(NotFoundException.class, () -> remove(unknown, true, world.clock));
    }

    /** Each look at it, a minute has passed. */
    private static Clock hasty() {
        InstantSource minutes = new InstantSource() {
            private Instant now = Samples.NOW;

            @Override
            public Instant instant() {
                now = now.plus(Duration.ofMinutes(1));
                return now;
            }
        };
        return minutes.withZone(ZoneId.of("UTC"));
    }
}
