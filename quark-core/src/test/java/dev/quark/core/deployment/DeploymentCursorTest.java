package dev.quark.core.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quark.core.deployment.DeploymentCursor.Next;
import dev.quark.core.log.LiveLogs;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogWriter;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.testing.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a watcher sees of a deployment, and in which order. */
@Timeout(60)
class DeploymentCursorTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(1);

    private final RunWorld world = new RunWorld();
    private final LiveLogs logs = new LiveLogs(world.logs);
    private final WatchDeployment watch = new WatchDeployment(world.stores.deployments(), logs, world.events);

    @AfterEach
    void close() {
        watch.close();
        world.close();
    }

    private LogWriter writer(Deployment deployment) {
        return logs.write(deployment.id().log());
    }

    private void complete(Deployment running) {
        DeploymentState.InProgress state = (DeploymentState.InProgress) running.state();
        world.transitions().move(running.id(), state, state.complete(Samples.NOW));
    }

    private static Object seen(Next next) {
        return switch (next) {
            case Next.Lines lines ->
                lines.lines().list().stream().map(LogLine::text).toList();
            case Next.StatusChanged change -> change.status();
            case Next.Quiet quiet -> "quiet";
            case Next.Ended ended -> "ended";
        };
    }

    private static List<Object> toTheEnd(DeploymentCursor cursor) throws InterruptedException {
        List<Object> all = new ArrayList<>();
        while (!"ended".equals(all.isEmpty() ? null : all.getLast())) {
            all.add(seen(cursor.next(LONG)));
        }
        return all;
    }

    @Test
    void storedLinesComeBeforeTheStatus() throws Exception {
        Deployment running = world.claimed();
        try (LogWriter writer = writer(running);
                DeploymentCursor cursor = watch.watch(running.id(), 0)) {
            writer.note("one", Samples.NOW);
            assertEquals(List.of("one"), seen(cursor.next(LONG)));
            assertEquals(DeploymentStatus.IN_PROGRESS, seen(cursor.next(LONG)));
            assertEquals("quiet", seen(cursor.next(SHORT)));
            assertEquals(1, cursor.seq());
        }
    }

    @Test
    void theFinalStatusComesAfterTheLastLineAndThenTheEnd() throws Exception {
        Deployment running = world.claimed();
        try (LogWriter writer = writer(running);
                DeploymentCursor cursor = watch.watch(running.id(), 0)) {
            writer.note("one", Samples.NOW);
            complete(running);
            assertEquals(List.of(List.of("one"), DeploymentStatus.COMPLETED, "ended"), toTheEnd(cursor));
            assertEquals("ended", seen(cursor.next(LONG)));
        }
    }

    @Test
    void onlyLinesAfterTheOnesThatTheWatcherHasAreGiven() throws Exception {
        Deployment running = world.claimed();
        try (LogWriter writer = writer(running)) {
            writer.note("one", Samples.NOW);
            writer.note("two", Samples.NOW);
        }
        complete(running);
        try (DeploymentCursor cursor = watch.watch(running.id(), 1)) {
            assertEquals(List.of(List.of("two"), DeploymentStatus.COMPLETED, "ended"), toTheEnd(cursor));
        }
    }

    @Test
    void eachChangeOfTheStatusWakesAWatcher() throws Exception {
        Deployment pending = world.queue(Trigger.PUSH);
        try (ExecutorService one = Executors.newSingleThreadExecutor();
                DeploymentCursor cursor = watch.watch(pending.id(), 0)) {
            assertEquals(DeploymentStatus.PENDING, seen(cursor.next(LONG)));
            Callable<Next> waiting = () -> cursor.next(Duration.ofMinutes(10));
            Future<Next> next = one.submit(waiting);
            Deployment running =
                    world.stores.queue().claim(RunWorld.NODE, Samples.NOW).orElseThrow();
            world.transitions().tell(running.id(), running.status());
            assertEquals(DeploymentStatus.IN_PROGRESS, seen(next.get()));
            next = one.submit(waiting);
            complete(running);
            assertEquals(DeploymentStatus.COMPLETED, seen(next.get()));
        }
    }

    @Test
    void aLineWakesAWatcher() throws Exception {
        Deployment running = world.claimed();
        try (ExecutorService one = Executors.newSingleThreadExecutor();
                LogWriter writer = writer(running);
                DeploymentCursor cursor = watch.watch(running.id(), 0)) {
            assertEquals(DeploymentStatus.IN_PROGRESS, seen(cursor.next(LONG)));
            Future<Next> next = one.submit(() -> cursor.next(Duration.ofMinutes(10)));
            writer.note("one", Samples.NOW);
            assertEquals(List.of("one"), seen(next.get()));
        }
    }

    @Test
    void aDeploymentThatIsDeletedEnds() throws Exception {
        Deployment pending = world.queue(Trigger.PUSH);
        try (DeploymentCursor cursor = watch.watch(pending.id(), 0)) {
            assertEquals(DeploymentStatus.PENDING, seen(cursor.next(LONG)));
            world.stores.deployments().remove(pending.id());
            assertInstanceOf(Next.Ended.class, cursor.next(SHORT));
        }
    }

    @Test
    void oneThatIsNotThereIsNotFound() {
        assertThrows(NotFoundException.class, () -> watch.watch(Samples.deploymentId(), 0));
    }
}
