package dev.quark.core.webhook;

import dev.quark.core.log.LogStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Removes logs and deliveries that are older than they are kept, in steps that let everybody else go first. */
public final class Retention implements Runnable {

    private static final System.Logger LOG = System.getLogger(Retention.class.getName());

    private static final int LINES_A_STEP = 20_000;
    private static final int DELIVERIES_A_STEP = 200;

    private final LogStore logs;
    private final DeliveryStore deliveries;
    private final Duration keep;
    private final Clock clock;

    /** @param keep how long logs and deliveries are kept */
    public Retention(LogStore logs, DeliveryStore deliveries, Duration keep, Clock clock) {
        this.logs = logs;
        this.deliveries = deliveries;
        this.keep = keep;
        this.clock = clock;
    }

    /**
     * Removes all that is too old, or as much as it can until its thread is interrupted or the database doesn't answer.
     * Throws nothing: a timer that repeats it would never do so again.
     */
    @Override
    public void run() {
        try {
            removeAll(clock.instant().minus(keep));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "Old logs and deliveries could not be removed; trying again later", e);
        }
    }

    private void removeAll(Instant before) {
        boolean more = true;
        while (more && !Thread.currentThread().isInterrupted()) {
            more = logs.prune(before, LINES_A_STEP);
            more |= deliveries.prune(before, DELIVERIES_A_STEP);
        }
    }
}
