package dev.quark.core.metrics;

import dev.quark.core.event.EventBus;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes samples, on one thread: every ten seconds for the history, and every second for whoever watches, told as
 * {@link SystemSample.Taken}. Where nobody watches there are none of the second kind. Safe for use by many threads;
 * {@link #start} and {@link #close} are for one.
 */
public final class SystemSampler implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(SystemSampler.class.getName());

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final SystemProbe probe;
    private final CurrentWorkload workload;
    private final EventBus events;
    private final Clock clock;
    private final Pace pace;
    private final SystemHistory history = new SystemHistory();
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition watched = lock.newCondition();
    private volatile IntSupplier clients = () -> 0;

    // Guarded by the lock.
    private int watchers;
    private @Nullable SystemSample last;
    private long lastAt;

    /** One that has not begun, at the usual pace. */
    public SystemSampler(SystemProbe probe, WorkloadStore workload, EventBus events, Clock clock) {
        this(probe, workload, events, clock, new Pace(SystemHistory.STEP, Duration.ofSeconds(1)));
    }

    SystemSampler(SystemProbe probe, WorkloadStore workload, EventBus events, Clock clock, Pace pace) {
        this.probe = probe;
        this.workload = new CurrentWorkload(workload, events);
        this.events = events;
        this.clock = clock;
        this.pace = pace;
        this.thread = Thread.ofPlatform().name("metrics").daemon().unstarted(this::loop);
    }

    /**
     * How far samples are apart.
     *
     * @param history those of the history
     * @param live those for whoever watches
     */
    record Pace(Duration history, Duration live) {}

    /** Begins; {@code webSocketClients} tells how many of them there are. */
    public void start(IntSupplier webSocketClients) {
        clients = webSocketClients;
        thread.start();
    }

    /** The day behind. */
    public SystemHistory history() {
        return history;
    }

    /** How it is now, or was within this second. */
    public SystemSample current() {
        lock.lock();
        try {
            SystemSample known = last;
            return known == null || System.nanoTime() - lastAt >= SECOND ? take() : known;
        } finally {
            lock.unlock();
        }
    }

    private SystemSample take() {
        lock.lock();
        try {
            long now = System.nanoTime();
            SystemSample taken = sample(last == null ? null : last.system(), now - lastAt);
            last = taken;
            lastAt = now;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** From now on somebody watches; until the result is closed. */
    public Watch watch() {
        lock.lock();
        try {
            watchers++;
            watched.signal();
        } finally {
            lock.unlock();
        }
        return () -> {
            lock.lock();
            try {
                watchers--;
            } finally {
                lock.unlock();
            }
        };
    }

    /** Whether anybody watches. */
    public boolean isWatched() {
        lock.lock();
        try {
            return watchers > 0;
        } finally {
            lock.unlock();
        }
    }

    private SystemSample sample(@Nullable SystemReading before, long nanos) {
        SystemReading now = probe.read();
        SystemSample.Rates rates = before == null
                ? SystemSample.Rates.UNKNOWN
                : SystemSample.Rates.between(before, now, nanos / (double) SECOND);
        return new SystemSample(clock.instant(), now, rates, workload.get(), clients.getAsInt());
    }

    private void loop() {
        long kept = System.nanoTime();
        long told = kept - pace.live().toNanos();
        SystemReading before = null;
        try {
            while (true) {
                boolean isDue = await(
                        kept + pace.history().toNanos(), told + pace.live().toNanos());
                long now = System.nanoTime();
                if (isDue) {
                    before = keep(before, now - kept);
                    kept = now;
                } else {
                    tell();
                    told = now;
                }
            }
        } catch (InterruptedException e) {
            // It is being closed.
        }
    }

    /** Waits for the next sample; whether it is one of the history's. */
    private boolean await(long forHistory, long forWatchers) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                long now = System.nanoTime();
                if (forHistory - now <= 0) {
                    return true;
                }
                if (watchers > 0 && forWatchers - now <= 0) {
                    return false;
                }
                long next = watchers > 0 ? Math.min(forHistory - now, forWatchers - now) : forHistory - now;
                watched.awaitNanos(next);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives what it read. */
    private @Nullable SystemReading keep(@Nullable SystemReading before, long nanos) {
        lock.lock();
        try {
            SystemSample sample = sample(before, nanos);
            history.add(sample);
            if (watchers == 0) {
                last = sample;
                lastAt = System.nanoTime();
            }
            return sample.system();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "How the machine is could not be noted", e);
            return before;
        } finally {
            lock.unlock();
        }
    }

    private void tell() {
        try {
            events.publish(new SystemSample.Taken(take()));
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "How the machine is could not be told", e);
        }
    }

    /** Stops; what is known stays. */
    @Override
    public void close() {
        workload.close();
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Somebody who watches. */
    @FunctionalInterface
    public interface Watch extends AutoCloseable {

        @Override
        void close();
    }
}
