package dev.quark.core.check;

import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentEvent;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentQueue;
import dev.quark.core.deployment.DeploymentState.Pending;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.event.EventBus;
import dev.quark.core.event.QuarkEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Watches over the deployments that wait for checks, all of them on one thread: it looks when the host tells of a change,
 * and from time to time, since the host may not be able to tell. {@link #start} and {@link #close} are for one thread.
 */
public final class AwaitChecks implements AutoCloseable {

    /** How often it looks where the host tells nothing. */
    public static final Duration INTERVAL = Duration.ofMinutes(1);

    private static final System.Logger LOG = System.getLogger(AwaitChecks.class.getName());

    private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

    private final DeploymentQueue queue;
    private final JudgeCommit judge;
    private final Duration interval;
    private final Clock clock;
    private final Thread loop;
    private final EventBus.Subscription subscription;
    private final Semaphore news = new Semaphore(0);
    private final Set<ChecksChanged> changed = ConcurrentHashMap.newKeySet();

    /** When each is looked at next; for the loop's thread alone. */
    private final Map<DeploymentId, Instant> looks = new HashMap<>();

    /**
     * One that has not begun.
     *
     * @param interval how often it looks where the host tells nothing
     */
    public AwaitChecks(DeploymentQueue queue, JudgeCommit judge, EventBus events, Duration interval, Clock clock) {
        this.queue = queue;
        this.judge = judge;
        this.interval = interval;
        this.clock = clock;
        this.loop = Thread.ofPlatform().daemon().name("checks").unstarted(this::loop);
        this.subscription = events.subscribe(this::listen);
    }

    /** Begins, with those that waited when an earlier process ended. */
    public void start() {
        loop.start();
    }

    private void loop() {
        try {
            while (!Thread.interrupted()) {
                Duration wait = lookAtAll();
                if (news.tryAcquire(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS)) {
                    news.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            // It is being closed.
        }
    }

    /** @return how long until there is something to look at */
    private Duration lookAtAll() {
        try {
            Set<ChecksChanged> told = Set.copyOf(changed);
            changed.removeAll(told);
            List<Deployment> waiting = queue.awaitingChecks();
            looks.keySet().retainAll(waiting.stream().map(Deployment::id).toList());
            for (Deployment deployment : waiting) {
                if (Thread.currentThread().isInterrupted()) {
                    return Duration.ZERO;
                }
                if (deployment.state() instanceof Pending pending && pending.checksUntil() != null) {
                    lookIfDue(deployment, pending, pending.checksUntil(), told);
                }
            }
            Instant now = clock.instant();
            return looks.values().stream()
                    .min(Instant::compareTo)
                    .map(next -> Duration.between(now, next))
                    .orElse(LONGEST_SLEEP);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "Deployments that wait for checks can't be looked at now", e);
            return interval;
        }
    }

    private void lookIfDue(Deployment deployment, Pending pending, Instant until, Set<ChecksChanged> told) {
        Instant now = clock.instant();
        Instant due = looks.getOrDefault(deployment.id(), now);
        boolean changedNow = deployment.commit() != null
                && told.contains(new ChecksChanged(
                        deployment.repository(), deployment.commit().sha()));
        if (!changedNow && now.isBefore(due)) {
            return;
        }
        Instant notBefore = judge.judge(deployment, pending, until);
        Instant next = now.plus(interval);
        Instant last = until.isAfter(now) && until.isBefore(next) ? until : next;
        looks.put(deployment.id(), notBefore.isAfter(now) ? notBefore : last);
    }

    private void listen(QuarkEvent event) {
        if (event instanceof ChecksChanged change) {
            changed.add(change);
            news.release();
        } else if (event instanceof DeploymentEvent.StatusChanged change
                && change.status() == DeploymentStatus.PENDING) {
            news.release();
        }
    }

    /** Stops; those that wait go on waiting, until the next start. */
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
