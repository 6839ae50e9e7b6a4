package dev.quark.core.deployment;

import static dev.quark.core.log.LogStream.STDOUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.process.CommandScript;
import dev.quark.core.source.CheckoutOutcome;
import dev.quark.core.testing.Samples;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is pending is run, as many at a time as there are slots, and what was left running is taken up. */
@Timeout(120)
class DispatcherTest {

    private final RunWorld world = new RunWorld();
    private final List<Dispatcher> dispatchers = new ArrayList<>();

    @AfterEach
    void close() {
        dispatchers.forEach(Dispatcher::close);
        world.close();
    }

    private Dispatcher start(int slots) {
        return start(world.stores.queue(), slots);
    }

    private Dispatcher start(DeploymentQueue queue, int slots) {
        Dispatcher dispatcher = new Dispatcher(queue, world.needs(), RunWorld.NODE, slots);
        dispatchers.add(dispatcher);
        dispatcher.start();
        return dispatcher;
    }

    private Deployment add(DeploymentConfig config) {
        Deployment pending = Samples.pending(config, Trigger.PUSH);
        world.transitions().add(pending);
        return pending;
    }

    private DeploymentConfig another(String name) {
        DeploymentConfig config = Samples.config(Samples.REPOSITORY, name);
        world.stores.configs().add(config);
        return config;
    }

    private DeploymentStatus status(Deployment deployment) {
        return world.find(deployment).status();
    }

    @Test
    void whatIsPendingAtTheStartIsRun() throws Exception {
        world.command(CommandScript.empty());
        Deployment pending = world.queue(Trigger.PUSH);
        start(1);
        RunWorld.await(() -> status(pending) == DeploymentStatus.COMPLETED);
        assertEquals(RunWorld.NODE, world.find(pending).node());
    }

    @Test
    void whatIsQueuedLaterIsRunWhenItIsToldOf() throws Exception {
        world.command(CommandScript.empty());
        start(1);
        for (int i = 0; i < 5; i++) {
            Deployment pending = add(world.config);
            RunWorld.await(() -> status(pending) == DeploymentStatus.COMPLETED);
        }
    }

    @Test
    void deploymentsOfOneConfigRunOneAfterTheOtherInTheirOrder() throws Exception {
        start(4);
        Deployment first = add(world.config);
        Deployment second = add(world.config);
        RunWorld.await(() -> world.commands.isRunning(first.id().run()));
        assertEquals(DeploymentStatus.PENDING, status(second));
        world.commands.exit(first.id().run(), 0);
        RunWorld.await(() -> world.commands.isRunning(second.id().run()));
        assertEquals(DeploymentStatus.COMPLETED, status(first));
    }

    @Test
    void noMoreRunThanThereAreSlots() throws Exception {
        start(2);
        List<Deployment> pending = List.of(add(world.config), add(another("b")), add(another("c")));
        RunWorld.await(() -> world.commands.isRunning(pending.get(0).id().run())
                && world.commands.isRunning(pending.get(1).id().run()));
        assertEquals(DeploymentStatus.PENDING, status(pending.get(2)));
        world.commands.exit(pending.get(1).id().run(), 1);
        RunWorld.await(() -> world.commands.isRunning(pending.get(2).id().run()));
        assertEquals(DeploymentStatus.IN_PROGRESS, status(pending.get(0)));
    }

    @Test
    void everyChangeOfTheStatusIsTold() throws Exception {
        List<DeploymentStatus> told = new CopyOnWriteArrayList<>();
        world.events.subscribe(event -> {
            if (event instanceof DeploymentEvent.StatusChanged change) {
                told.add(change.status());
            }
        });
        world.command(CommandScript.empty());
        AtomicInteger claims = new AtomicInteger();
        start(
                new DelegatingQueue(world.stores.queue()) {
                    @Override
                    public Optional<Deployment> claim(String node, Instant at) {
                        Optional<Deployment> claimed = queue.claim(node, at);
                        claims.incrementAndGet();
                        return claimed;
                    }
                },
                1);
        // Its first look is over: it begins when it is told of the deployment, not before everybody is.
        RunWorld.await(() -> claims.get() == 1);
        add(world.config);
        RunWorld.await(() -> told.size() == 3);
        assertEquals(List.of(DeploymentStatus.PENDING, DeploymentStatus.IN_PROGRESS, DeploymentStatus.COMPLETED), told);
    }

    @Test
    void closingLetsGoOfWhatRunsAndTheNextStartTakesItUp() throws Exception {
        Dispatcher first = start(1);
        Deployment running = add(world.config);
        RunWorld.await(() -> world.commands.isRunning(running.id().run()));
        first.close();
        assertEquals(DeploymentStatus.IN_PROGRESS, status(running));
        assertTrue(world.commands.isRunning(running.id().run()));

        start(1);
        world.commands.print(running.id().run(), STDOUT, "over\n");
        world.commands.exit(running.id().run(), 0);
        RunWorld.await(() -> status(running) == DeploymentStatus.COMPLETED);
        assertEquals(List.of("over"), world.texts(running, false));
        assertEquals(1, world.commands.started().size());
    }

    @Test
    void aClosedDispatcherClaimsNothing() throws Exception {
        AtomicInteger claims = new AtomicInteger();
        Dispatcher dispatcher = start(
                new DelegatingQueue(world.stores.queue()) {
                    @Override
                    public Optional<Deployment> claim(String node, Instant at) {
                        claims.incrementAndGet();
                        return queue.claim(node, at);
                    }
                },
                1);
        RunWorld.await(() -> claims.get() == 1);
        dispatcher.close();
        Deployment pending = add(world.config);
        assertEquals(1, claims.get());
        assertEquals(DeploymentStatus.PENDING, status(pending));
    }

    @Test
    void moreThanThereAreSlotsAreTakenUpAndNothingNewStartsMeanwhile() throws Exception {
        List<Deployment> left = List.of(add(world.config), add(another("b")), add(another("c")));
        left.forEach(any -> world.stores.queue().claim(RunWorld.NODE, Samples.NOW));
        Deployment waiting = add(another("d"));
        start(2);
        RunWorld.await(() ->
                left.stream().allMatch(one -> world.commands.isRunning(one.id().run())));
        world.commands.exit(left.get(2).id().run(), 0);
        RunWorld.await(() -> status(left.get(2)) == DeploymentStatus.COMPLETED);
        assertEquals(DeploymentStatus.PENDING, status(waiting));
        world.commands.exit(left.get(0).id().run(), 0);
        RunWorld.await(() -> world.commands.isRunning(waiting.id().run()));
    }

    @Test
    void whatAnotherNodeRunsIsLeftAlone() throws Exception {
        Deployment theirs = add(world.config);
        world.stores.queue().claim("node-2", Samples.NOW);
        world.command(CommandScript.empty());
        start(1);
        Deployment ours = add(another("b"));
        RunWorld.await(() -> status(ours) == DeploymentStatus.COMPLETED);
        assertEquals(DeploymentStatus.IN_PROGRESS, status(theirs));
        assertEquals(1, world.commands.started().size());
    }

    @Test
    void aQueueThatCantBeReadIsAskedAgain() throws Exception {
        AtomicInteger failures = new AtomicInteger(1);
        world.command(CommandScript.empty());
        Deployment pending = world.queue(Trigger.PUSH);
        start(
                new DelegatingQueue(world.stores.queue()) {
                    @Override
                    public Optional<Deployment> claim(String node, Instant at) {
                        if (failures.getAndDecrement() > 0) {
                            throw new UnavailableException("The database does not answer.");
                        }
                        return queue.claim(node, at);
                    }
                },
                1);
        RunWorld.await(() -> status(pending) == DeploymentStatus.COMPLETED);
    }

    @Test
    void aClaimWhoseAnswerWasLostIsRun() throws Exception {
        AtomicInteger failures = new AtomicInteger(1);
        world.command(CommandScript.empty());
        Deployment lost = world.queue(Trigger.PUSH);
        Deployment next = add(another("b"));
        start(
                new DelegatingQueue(world.stores.queue()) {
                    @Override
                    public Optional<Deployment> claim(String node, Instant at) {
                        Optional<Deployment> claimed = queue.claim(node, at);
                        if (failures.getAndDecrement() > 0) {
                            throw new UnavailableException("The connection broke while it was being stored.");
                        }
                        return claimed;
                    }
                },
                1);
        RunWorld.await(() -> status(lost) == DeploymentStatus.COMPLETED && status(next) == DeploymentStatus.COMPLETED);
        assertEquals(2, world.commands.started().size());
    }

    @Test
    void anErrorEndsNoDispatcher() throws Exception {
        AtomicInteger failures = new AtomicInteger(1);
        world.command(CommandScript.empty());
        Deployment pending = world.queue(Trigger.PUSH);
        start(
                new DelegatingQueue(world.stores.queue()) {
                    @Override
                    public Optional<Deployment> claim(String node, Instant at) {
                        Optional<Deployment> claimed = queue.claim(node, at);
                        if (failures.getAndDecrement() > 0) {
                            throw new OutOfMemoryError("unable to create native thread");
                        }
                        return claimed;
                    }
                },
                1);
        RunWorld.await(() -> status(pending) == DeploymentStatus.COMPLETED);
    }

    @Test
    void aRunThatBreaksIsFailedAndGivesItsSlotBack() throws Exception {
        CountDownLatch broken = new CountDownLatch(1);
        world.checkout = request -> {
            if (broken.getCount() > 0) {
                broken.countDown();
                throw new StackOverflowError("a hostile tree");
            }
            return new CheckoutOutcome.CheckedOut(RunWorld.COMMIT);
        };
        world.command(CommandScript.empty());
        start(1);
        Deployment hostile = add(world.config);
        broken.await();
        Deployment next = add(another("b"));
        RunWorld.await(() -> status(next) == DeploymentStatus.COMPLETED);
        assertEquals(
                "QUARK could not run it: a hostile tree", world.find(hostile).errorMessage());
    }

    /** A checkout that QUARK does not survive: the dispatchers before are as dead as a killed process. */
    @Test
    void aDeploymentThatQuarkDoesNotSurviveIsGivenUpAndTheNextOneRuns() throws Exception {
        AtomicInteger checkouts = new AtomicInteger();
        CountDownLatch never = new CountDownLatch(1);
        world.checkout = request -> {
            checkouts.incrementAndGet();
            never.await();
            throw new AssertionError("never");
        };
        Deployment deadly = add(world.config);
        for (int deaths = 1; deaths <= 4; deaths++) {
            int expected = deaths;
            start(1);
            RunWorld.await(() -> checkouts.get() == expected);
        }
        world.checkout = request -> new CheckoutOutcome.CheckedOut(RunWorld.COMMIT);
        world.command(CommandScript.empty());
        start(1);
        RunWorld.await(() -> status(deadly) == DeploymentStatus.FAILED);
        String error = world.find(deadly).errorMessage();
        assertTrue(error != null && error.startsWith("given up: QUARK ended 4 times while it worked on"), error);
        assertEquals(List.of(), world.commands.started());
        Deployment next = add(world.config);
        RunWorld.await(() -> status(next) == DeploymentStatus.COMPLETED);
    }

    @Test
    void beingStoppedOftenIsNoReasonToGiveUp() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger checkouts = new AtomicInteger();
        world.checkout = request -> {
            checkouts.incrementAndGet();
            never.await();
            throw new AssertionError("never");
        };
        Deployment pending = add(world.config);
        for (int stops = 1; stops <= 6; stops++) {
            int expected = stops;
            Dispatcher dispatcher = start(1);
            RunWorld.await(() -> checkouts.get() == expected);
            dispatcher.close();
        }
        assertEquals(DeploymentStatus.IN_PROGRESS, status(pending));
    }

    @Test
    void aStopInTheMiddleOfAClaimIsNoError() throws Exception {
        CountDownLatch claiming = new CountDownLatch(1);
        List<LogRecord> logged = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                logged.add(entry);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(Dispatcher.class.getName());
        logger.addHandler(handler);
        try {
            Dispatcher dispatcher = start(
                    new DelegatingQueue(world.stores.queue()) {
                        @Override
                        public Optional<Deployment> claim(String node, Instant at) {
                            claiming.countDown();
                            while (!Thread.currentThread().isInterrupted()) {
                                LockSupport.park(this);
                            }
                            throw new UnavailableException("interrupted while waiting for a connection");
                        }
                    },
                    1);
            claiming.await();
            dispatcher.close();
            assertEquals(List.of(), logged);
        } finally {
            logger.removeHandler(handler);
        }
    }

    private static class DelegatingQueue implements DeploymentQueue {

        final DeploymentQueue queue;

        DelegatingQueue(DeploymentQueue queue) {
            this.queue = queue;
        }

        @Override
        public Optional<Deployment> claim(String node, Instant at) {
            return queue.claim(node, at);
        }

        @Override
        public List<Deployment> running(String node) {
            return queue.running(node);
        }

        @Override
        public int takeUp(DeploymentId id) {
            return queue.takeUp(id);
        }

        @Override
        public void getsOn(DeploymentId id) {
            queue.getsOn(id);
        }

        @Override
        public List<Deployment> awaitingChecks() {
            return queue.awaitingChecks();
        }

        @Override
        public Optional<Integer> position(DeploymentId id) {
            return queue.position(id);
        }

        @Override
        public boolean requestCancellation(DeploymentId id, String by) {
            return queue.requestCancellation(id, by);
        }
    }
}
