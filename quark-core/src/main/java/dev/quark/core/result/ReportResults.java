package dev.quark.core.result;

import dev.quark.core.deployment.DeploymentEvent;
import dev.quark.core.event.EventBus;
import dev.quark.core.event.QuarkEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Keeps telling the host what it isn't told yet: woken by every change of a deployment, and when it is time to try again.
 * One thread looks for what to tell; some others do the telling, for different repositories. No deployment ever waits for
 * any of it. {@link #start} and {@link #close} are for one thread.
 */
public final class ReportResults implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ReportResults.class.getName());

    /** Longer than any attempt takes; what a process that was killed had taken is let go at the next start. */
    private static final Duration CLAIM = Duration.ofMinutes(10);

    private static final Duration LONGEST_SLEEP = Duration.ofHours(1);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final ResultStore results;
    private final TellHost tell;
    private final String node;
    private final Clock clock;
    private final Semaphore slots;
    private final Semaphore news = new Semaphore(0);
    private final ExecutorService tellers;
    private final Thread loop;
    private final EventBus.Subscription subscription;

    /**
     * One that has not begun.
     *
     * @param node this node's name
     * @param atOnce how many deployments are told about at the same time
     */
    public ReportResults(ResultStore results, TellHost tell, EventBus events, String node, int atOnce, Clock clock) {
        this.results = results;
        this.tell = tell;
        this.node = node;
        this.clock = clock;
        this.slots = new Semaphore(atOnce);
        this.tellers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("quark-result-", 1).factory());
        this.loop = Thread.ofPlatform().daemon().name("results").unstarted(this::loop);
        this.subscription = events.subscribe(this::listen);
    }

    /** Begins, with what an earlier process had begun or not begun to tell. */
    public void start() {
        results.release(node);
        loop.start();
    }

    private void loop() {
        try {
            while (!Thread.interrupted()) {
                slots.acquire();
                // One moment for both: what becomes due between two would be neither claimed nor waited for.
                Instant now = clock.instant();
                if (!claimAndTell(now)) {
                    slots.release();
                    sleep(now);
                }
            }
        } catch (InterruptedException e) {
            // It is being closed.
        }
    }

    private boolean claimAndTell(Instant now) throws InterruptedException {
        try {
            Optional<ResultStore.Claimed> claimed = results.claim(node, now, now.plus(CLAIM));
            claimed.ifPresent(taken -> tellers.execute(() -> tell(taken)));
            return claimed.isPresent();
        } catch (RuntimeException e) {
            if (Thread.interrupted()) {
                throw (InterruptedException) new InterruptedException().initCause(e);
            }
            LOG.log(System.Logger.Level.ERROR, "What GitHub is to be told can't be read; trying again", e);
            Thread.sleep(RETRY);
            news.release();
            return false;
        }
    }

    private void tell(ResultStore.Claimed claimed) {
        try {
            tell.tell(claimed);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "What GitHub was told could not be stored; it is told again later", e);
        } finally {
            slots.release();
            news.release();
        }
    }

    private void sleep(Instant now) throws InterruptedException {
        Duration wait = nextTime(now)
                .map(next -> Duration.between(now, next))
                .filter(until -> until.compareTo(LONGEST_SLEEP) < 0)
                .orElse(LONGEST_SLEEP);
        if (news.tryAcquire(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS)) {
            news.drainPermits();
        }
    }

    private Optional<Instant> nextTime(Instant now) {
        try {
            return results.nextTime(now);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "What GitHub is to be told can't be read; trying again", e);
            return Optional.of(now.plus(RETRY));
        }
    }

    private void listen(QuarkEvent event) {
        if (event instanceof DeploymentEvent.StatusChanged || event instanceof DeploymentEvent.CommitKnown) {
            news.release();
        }
    }

    /** Stops; what wasn't told is told after the next start. */
    @Override
    public void close() {
        subscription.close();
        loop.interrupt();
        tellers.shutdownNow();
        try {
            loop.join(Duration.ofSeconds(5));
            if (!tellers.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "GitHub was still being told of a deployment when QUARK stopped");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
