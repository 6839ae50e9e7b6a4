package dev.quark.core.deployment;

import dev.quark.core.event.EventBus;
import dev.quark.core.event.QuarkEvent;
import dev.quark.core.log.LogIndex;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Makes the logs of deployments that have ended searchable, on one thread that rests as long as it works. What an earlier
 * process of QUARK left over comes first. {@link #start} and {@link #close} are for one thread.
 */
public final class IndexLogs implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(IndexLogs.class.getName());

    private static final Duration RETRY = Duration.ofSeconds(10);

    private final LogIndex index;
    private final Duration retry;
    private final Semaphore news = new Semaphore(1);
    private final Thread loop;
    private final EventBus.Subscription subscription;

    /** One that has not begun. */
    public IndexLogs(LogIndex index, EventBus events) {
        this(index, events, RETRY);
    }

    /** @param retry after how long a database that does not answer is asked again */
    IndexLogs(LogIndex index, EventBus events, Duration retry) {
        this.index = index;
        this.retry = retry;
        this.loop = Thread.ofPlatform().daemon().name("log-index").unstarted(this::loop);
        this.subscription = events.subscribe(this::listen);
    }

    /** Begins. */
    public void start() {
        loop.start();
    }

    private void listen(QuarkEvent event) {
        if (event instanceof DeploymentEvent.StatusChanged change
                && change.status().isFinal()) {
            news.release();
        }
    }

    private void loop() {
        try {
            while (!Thread.interrupted()) {
                news.acquire();
                news.drainPermits();
                takeInAll();
            }
        } catch (InterruptedException e) {
            // It is being closed.
        }
    }

    private void takeInAll() throws InterruptedException {
        try {
            boolean more = true;
            while (more) {
                long begin = System.nanoTime();
                more = index.takeIn();
                if (more) {
                    Thread.sleep(Duration.ofNanos(System.nanoTime() - begin));
                }
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "Logs can't be made searchable now; trying again", e);
            news.release();
            Thread.sleep(retry);
        }
    }

    /** Stops; the next start goes on. */
    @Override
    public void close() {
        subscription.close();
        loop.interrupt();
        try {
            loop.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
