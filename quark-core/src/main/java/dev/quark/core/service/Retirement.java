package dev.quark.core.service;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ServiceSettings;
import dev.quark.core.problem.UnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Takes instances out of service once no request goes to them any more, since a switch has left them behind, or their
 * service was stopped or came to its end: waits for what is under way, notes what a switch cost, stops them. Each step can be
 * repeated after a crash; {@link #start} does so. Safe for use by many threads.
 */
public final class Retirement implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(Retirement.class.getName());

    private final ServiceStore services;
    private final InstanceStore instances;
    private final ServiceSupervisor supervisor;
    private final TrafficRouter router;
    private final Launches launches;
    private final Clock clock;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /** Retires instances that {@code supervisor} keeps. */
    public Retirement(
            ServiceStore services,
            InstanceStore instances,
            ServiceSupervisor supervisor,
            TrafficRouter router,
            Launches launches,
            Clock clock) {
        this.services = services;
        this.instances = instances;
        this.supervisor = supervisor;
        this.router = router;
        this.launches = launches;
        this.clock = clock;
    }

    /** Goes on with what an earlier process of QUARK had begun on this node. */
    public void start(String node) {
        for (Service service : services.all()) {
            if (!service.node().equals(node)) {
                continue;
            }
            if (service.stopped()) {
                begin(service.config(), () -> stopped(service));
            } else if (!isWatched(service) && hasOlder(service)) {
                retireBefore(service.config(), service.serving());
            }
        }
    }

    /** Watched ones may have to go back; their deployment goes on with that. */
    private boolean isWatched(Service service) {
        return services.rollouts(List.of(service.serving())).stream().anyMatch(Rollout::watching);
    }

    private boolean hasOlder(Service service) {
        return instances.ofConfig(service.config()).stream()
                .anyMatch(instance -> instance.rollout().isBefore(service.serving()));
    }

    /** Begins to retire what a rollout has taken the place of; returns at once. */
    public void retireBefore(ConfigId config, RolloutId rollout) {
        begin(config, () -> before(config, rollout));
    }

    /**
     * Begins to stop a service that is noted as stopped: from now on requests get 503, and when those under way are over its
     * instances stop. Returns without waiting for them.
     */
    public void stop(Service service) {
        try {
            takeOff(service);
        } catch (UnavailableException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}", e.getMessage());
        }
        begin(service.config(), () -> stopped(service));
    }

    /** Begins to {@linkplain #end end} a service, and does something when nothing is left of it; returns at once. */
    public void endLater(ConfigId config, Runnable afterwards) {
        begin(config, () -> {
            end(config);
            afterwards.run();
        });
    }

    /**
     * Ends a service for good: its route goes, requests under way finish, its instances stop, and it is forgotten. Returns
     * when nothing is left of it; repeatable.
     */
    public void end(ConfigId config) throws InterruptedException {
        router.remove(config);
        for (RolloutId rollout : rollouts(config)) {
            awaitDrain(config, rollout);
        }
        await(config, TrafficRouter.NO_RELEASE);
        supervisor.stop(
                config,
                any -> true,
                services.find(config).map(known -> grace(known.serving())).orElse(GRACE));
        services.remove(config);
    }

    private void begin(ConfigId config, Step step) {
        Thread thread = Thread.ofVirtual().name("retire-" + config).unstarted(() -> run(config, step));
        threads.add(thread);
        thread.start();
    }

    private void run(ConfigId config, Step step) {
        try {
            while (!attempt(config, step)) {
                Thread.sleep(RETRY);
            }
        } catch (InterruptedException e) {
            // QUARK stops; its next start goes on.
        } finally {
            threads.remove(Thread.currentThread());
        }
    }

    private static boolean attempt(ConfigId config, Step step) throws InterruptedException {
        try {
            step.take();
            return true;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "Old instances of " + config + " are not retired yet", e);
            return false;
        }
    }

    private void before(ConfigId config, RolloutId rollout) throws InterruptedException {
        for (RolloutId next : upTo(config, rollout)) {
            // Noted before the old ones are stopped: as long as they run, the next start looks again.
            note(next, awaitDrain(config, next));
            supervisor.stop(config, other -> other.isBefore(next), grace(next));
        }
    }

    private void stopped(Service service) throws InterruptedException {
        takeOff(service);
        if (instances.ofConfig(service.config()).isEmpty()) {
            return;
        }
        before(service.config(), service.serving());
        // Nothing later: it may have been started again meanwhile.
        supervisor.stop(service.config(), other -> !service.serving().isBefore(other), grace(service.serving()));
    }

    /** Where the requests go somewhere else than to the service's instances, that is left as it is. */
    private void takeOff(Service service) {
        String serving = service.serving().toString();
        router.routes().stream()
                .filter(route -> route.config().equals(service.config())
                        && route.release().equals(serving))
                .forEach(route -> router.switchTo(route.toNobody(stopOf(service.serving()))));
    }

    /** The name under which the router knows that a rollout's requests go nowhere any more. */
    private static String stopOf(RolloutId rollout) {
        return rollout + " stopped";
    }

    /**
     * A rollout and those before it that still have instances, the oldest first. What the switch to the newest one left
     * behind may be free of requests long before what an earlier switch did, so each waits for the one before it.
     */
    private List<RolloutId> upTo(ConfigId config, RolloutId rollout) {
        Stream<RolloutId> before = rollouts(config).stream().filter(other -> other.isBefore(rollout));
        return Stream.concat(before, Stream.of(rollout)).toList();
    }

    /** Those that have instances, the oldest first. */
    private List<RolloutId> rollouts(ConfigId config) {
        return instances.ofConfig(config).stream()
                .map(Instance::rollout)
                .distinct()
                .sorted()
                .toList();
    }

    /** Waits for the end of what the switch to a rollout left behind, and of what it has itself if it was stopped. */
    private Drain.Over awaitDrain(ConfigId config, RolloutId rollout) throws InterruptedException {
        Drain.Over over = await(config, rollout.toString());
        await(config, stopOf(rollout));
        return over;
    }

    private Drain.Over await(ConfigId config, String release) throws InterruptedException {
        while (true) {
            if (router.awaitDrain(config, release, LOOK) instanceof Drain.Over over) {
                return over;
            }
        }
    }

    private void note(RolloutId rollout, Drain.Over over) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        services.rollouts(List.of(rollout)).stream()
                .filter(known -> known.switchedAt() != null)
                .map(known -> known.drained(now, over.cutover() == null ? known.cutover() : over.cutover()))
                .forEach(services::save);
    }

    private Duration grace(RolloutId rollout) {
        return launches.of(rollout)
                .map(Launches.Launch::settings)
                .map(ServiceSettings::stop)
                .orElse(GRACE);
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }

    /** What may have to be taken again. */
    private interface Step {
        void take() throws InterruptedException;
    }
}
