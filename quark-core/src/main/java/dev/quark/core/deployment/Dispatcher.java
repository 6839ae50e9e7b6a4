package dev.quark.core.deployment;

import dev.quark.core.event.EventBus;
import dev.quark.core.event.QuarkEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Runs what is pending: it claims a deployment whenever there is a free slot and something to run, and is told of both by
 * events. At its start it takes up what an earlier process of QUARK on this node left running; and after a fault, what was
 * claimed without being run. {@link #start} and {@link #close} are for one thread.
 */
public final class Dispatcher implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());

    /** How long to wait before the queue is asked again after it could not be. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final DeploymentQueue queue;
    private final RunDependencies needs;
    private final String node;
    private final Semaphore slots;
    private final Semaphore news = new Semaphore(0);
    private final ExecutorService runs;
    private final Thread loop;
    private final EventBus.Subscription subscription;

    /** What has a thread. */
    private final Set<DeploymentId> live = ConcurrentHashMap.newKeySet();

    /** Whether something may be claimed that has no thread; the loop's own. */
    private boolean uncertain;

    /**
     * A dispatcher that has not begun.
     *
     * @param node this node's name
     * @param slots how many deployments run at the same time
     */
    public Dispatcher(DeploymentQueue queue, RunDependencies needs, String node, int slots) {
        this.queue = queue;
        this.needs = needs;
        this.node = node;
        this.slots = new Semaphore(slots);
        this.runs = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("deployment-", 1).factory());
        this.loop = Thread.ofPlatform().name("dispatcher").unstarted(this::loop);
        this.subscription = needs.events().subscribe(this::listen);
    }

    /** Takes up what was left running, then begins to claim. */
    public void start() {
        List<Deployment> running = queue.running(node);
        for (Deployment deployment : running) {
            // What runs already is taken up even where there are more of them than slots; no new one starts meanwhile.
            TakeUps takeUps = new TakeUps(queue.takeUp(deployment.id()), () -> queue.getsOn(deployment.id()));
            launch(deployment, takeUps, slots.tryAcquire());
        }
        if (!running.isEmpty()) {
            LOG.log(System.Logger.Level.INFO, "Took up " + running.size() + " running deployment(s)");
        }
        loop.start();
    }

    private void loop() {
        try {
            while (!Thread.interrupted()) {
                slots.acquire();
                if (!claimAndRun()) {
                    slots.release();
                    news.acquire();
                    news.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            // The dispatcher is being closed.
        }
    }

    private boolean claimAndRun() throws InterruptedException {
        try {
            Optional<Deployment> next = uncertain ? claimedWithoutThread() : Optional.empty();
            if (next.isEmpty()) {
                uncertain = false;
                next = queue.claim(node, needs.clock().instant());
            }
            next.ifPresent(deployment -> {
                needs.transitions().tell(deployment.id(), deployment.status());
                launch(deployment, TakeUps.NONE, true);
            });
            return next.isPresent();
        } catch (RuntimeException | Error e) {
            if (Thread.interrupted()) {
                // What was claimed all the same is taken up by the next start.
                throw (InterruptedException) new InterruptedException().initCause(e);
            }
            // Whatever it was (too many threads, too many open files), without this loop nothing would run again.
            LOG.log(System.Logger.Level.ERROR, "The next deployment could not be started; trying again", e);
            uncertain = true;
            Thread.sleep(RETRY);
            news.release();
            return false;
        }
    }

    /** A claim may have been stored although its answer was lost, or its thread could not be made. */
    private Optional<Deployment> claimedWithoutThread() {
        // Those that have a thread are noted first: who ends in between is not in progress, or is among them.
        Set<DeploymentId> before = Set.copyOf(live);
        return queue.running(node).stream()
                .filter(deployment -> !before.contains(deployment.id()))
                .findFirst();
    }

    private void launch(Deployment deployment, TakeUps takeUps, boolean slot) {
        live.add(deployment.id());
        try {
            runs.execute(() -> run(deployment, takeUps, slot));
        } catch (RuntimeException | Error e) {
            live.remove(deployment.id());
            throw e;
        }
    }

    private void run(Deployment deployment, TakeUps takeUps, boolean slot) {
        try {
            DeploymentRun.of(needs, deployment, takeUps);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "Deployment " + deployment.id() + " was left by its run", e);
        } finally {
            live.remove(deployment.id());
            if (slot) {
                slots.release();
            }
            news.release();
        }
    }

    private void listen(QuarkEvent event) {
        if (event instanceof DeploymentEvent.StatusChanged change && change.status() == DeploymentStatus.PENDING) {
            news.release();
        }
    }

    /** Stops claiming and lets go of what runs: commands go on, and the next start takes them up. */
    @Override
    public void close() {
        subscription.close();
        loop.interrupt();
        runs.shutdownNow();
        try {
            loop.join(Duration.ofSeconds(5));
            if (!runs.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "Some deployments were still being stored when QUARK stopped");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
