package dev.quark.core.deployment;

import dev.quark.core.event.EventBus;
import dev.quark.core.event.QuarkEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Runs what is pending: it claims a deployment whenever there is a free slot and something to run, and is told of both by
 * events. At its start it takes up what an earlier process of QUARK on this node left running. {@link #start} and
 * {@link #close} are for one thread.
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
            boolean slot = slots.tryAcquire();
            runs.execute(() -> run(deployment, slot));
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
            var claimed = queue.claim(node, needs.clock().instant());
            claimed.ifPresent(deployment -> {
                needs.transitions().tell(deployment.id(), deployment.status());
                runs.execute(() -> run(deployment, true));
            });
            return claimed.isPresent();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "The queue could not be read; trying again", e);
            Thread.sleep(RETRY);
            news.release();
            return false;
        }
    }

    private void run(Deployment deployment, boolean slot) {
        try {
            DeploymentRun.of(needs, deployment);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "Deployment " + deployment.id() + " was left by its run", e);
        } finally {
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
