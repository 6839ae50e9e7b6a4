package dev.quark.core.webhook;

import dev.quark.core.log.LogStore;
import dev.quark.core.requestlog.RequestLogStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Removes logs, deliveries and the request log's entries that are older than they are kept, in steps that let everybody else go first. */
public final class Retention implements Runnable {

    private static final System.Logger LOG = System.getLogger(Retention.class.getName());

    private static final int LINES_A_STEP = 20_000;
    private static final int DELIVERIES_A_STEP = 200;
    private static final int REQUESTS_A_STEP = 1000;

    private final LogStore logs;
    private final DeliveryStore deliveries;
    private final RequestLogStore requests;
    private final Duration keep;
    private final Duration keepRequests;
    private final Clock clock;

    /**
     * Removes what is too old from stores.
     *
     * @param keep how long logs and deliveries are kept
     * @param keepRequests how long requests are kept
     */
    public Retention(
            LogStore logs,
            DeliveryStore deliveries,
            RequestLogStore requests,
            Duration keep,
            Duration keepRequests,
            Clock clock) {
        this.logs = logs;
        this.deliveries = deliveries;
        this.requests = requests;
        this.keep = keep;
        this.keepRequests = keepRequests;
        this.clock = clock;
    }

    /**
     * Removes all that is too old, or as much as it can until its thread is interrupted or the database doesn't answer.
     * Throws nothing: a timer that repeats it would never do so again.
     */
    @Override
    public void run() {
        try {
            removeAll(clock.instant());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "What is old could not be removed; trying again later", e);
        }
    }

    private void removeAll(Instant now) {
        Instant before = now.minus(keep);
        Instant requestsBefore = now.minus(keepRequests);
        boolean more = true;
        while (more && !Thread.currentThread().isInterrupted()) {
            more = logs.prune(before, LINES_A_STEP);
            more |= deliveries.prune(before, DELIVERIES_A_STEP);
            more |= requests.prune(requestsBefore, REQUESTS_A_STEP);
        }
    }
}
