package dev.quark.core.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.deployment.DeploymentEvent;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.event.LocalEventBus;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.testing.Samples;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SystemSamplerTest {

    private static final Duration NEVER = Duration.ofDays(1);
    private static final Duration ALWAYS = Duration.ofMillis(1);

    private final LocalEventBus events = new LocalEventBus();
    private final BlockingQueue<SystemSample> told = new LinkedBlockingQueue<>();
    private final AtomicInteger readings = new AtomicInteger();
    private final AtomicInteger counts = new AtomicInteger();
    private volatile boolean databaseIsDown;
    private SystemSampler sampler = sampler(NEVER, ALWAYS);

    @AfterEach
    void close() {
        sampler.close();
    }

    private SystemSampler sampler(Duration history, Duration live) {
        return new SystemSampler(
                this::read, this::count, events, Clock.systemUTC(), new SystemSampler.Pace(history, live));
    }

    private SystemReading read() {
        long number = readings.incrementAndGet();
        return new SystemReading(
                new SystemReading.Cpu(4, 300 * number, 1000 * number, 1.5),
                new SystemReading.Memory(1000, 400, 100, 10),
                new SystemReading.Disk(1000, 500, 4096 * number, -1),
                new SystemReading.Network(1000 / number, 0),
                new SystemReading.OwnProcess(0, 100, 50, 60, 200, 20));
    }

    private Workload count() {
        counts.incrementAndGet();
        if (databaseIsDown) {
            throw new UnavailableException("The database doesn't answer.");
        }
        return new Workload(Map.of(DeploymentStatus.PENDING, 2L), 2, Instant.EPOCH, 0, 0);
    }

    private void listen() {
        events.subscribe(event -> {
            if (event instanceof SystemSample.Taken taken) {
                told.add(taken.sample());
            }
        });
    }

    private SystemSample next() throws InterruptedException {
        return Objects.requireNonNull(told.poll(30, TimeUnit.SECONDS), "no sample came");
    }

    @Test
    void tellsWhileSomebodyWatchesAndOnlyThen() throws Exception {
        listen();
        sampler.start(() -> 5);
        SystemSampler.Watch first = sampler.watch();
        SystemSampler.Watch second = sampler.watch();
        assertEquals(5, next().webSocketClients());
        first.close();
        next();
        next();
        second.close();
        int before = told.size();
        Thread.sleep(100);
        assertTrue(told.size() <= before + 1, "one may have been on its way");
        SystemSampler.Watch again = sampler.watch();
        next();
        again.close();
    }

    @Test
    void keepsAHistoryThatNobodyWatches() throws Exception {
        listen();
        sampler = sampler(ALWAYS, ALWAYS);
        sampler.start(() -> 0);
        while (sampler.history().since(Instant.EPOCH).size() < 3) {
            Thread.sleep(5);
        }
        SystemHistory.Excerpt kept = sampler.history().since(Instant.EPOCH);
        assertTrue(Float.isNaN(kept.value(Figure.CPU_LOAD, 0)), "there was nothing before the first");
        assertEquals(0.3f, kept.value(Figure.CPU_LOAD, 1), 0.001f);
        assertEquals(600, kept.value(Figure.MEMORY_USED_BYTES, 2));
        assertEquals(2, kept.value(Figure.QUEUE_DEPTH, 2));
        assertTrue(told.isEmpty());
    }

    @Test
    void manyWhoAskWithinASecondGetTheSame() {
        long begin = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            sampler.current();
        }
        long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
        assertTrue(readings.get() <= 2 + seconds, () -> readings + " readings");
    }

    @Test
    void ratesAreOfASecondAndUnknownWhereSomethingWentAway() {
        SystemReading before = read();
        SystemSample.Rates rates = SystemSample.Rates.between(before, read(), 2);
        assertEquals(0.3, rates.cpuLoad(), 1e-9);
        assertEquals(2048, rates.diskReadBytes());
        assertTrue(Double.isNaN(rates.diskWrittenBytes()), "it isn't known");
        assertTrue(Double.isNaN(rates.networkReceivedBytes()), "an interface went");
        assertEquals(0, rates.networkSentBytes());
    }

    @Test
    void deploymentsAreCountedAgainOnlyWhenSomethingHappened() {
        CurrentWorkload current = new CurrentWorkload(this::count, events);
        current.get();
        current.get();
        assertEquals(1, counts.get());
        events.publish(new DeploymentEvent.StatusChanged(Samples.deploymentId(), DeploymentStatus.PENDING));
        assertEquals(2, Objects.requireNonNull(current.get()).queued());
        assertEquals(2, counts.get());
        current.close();
    }

    @Test
    void aDatabaseThatIsDownIsAskedAgain() {
        CurrentWorkload current = new CurrentWorkload(this::count, events);
        databaseIsDown = true;
        assertNull(current.get());
        databaseIsDown = false;
        assertEquals(2, Objects.requireNonNull(current.get()).queued());
        current.close();
    }
}
