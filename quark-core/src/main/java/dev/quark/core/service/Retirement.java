package dev.quark.core.service;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ServiceSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Takes instances out of service once a switch has left them behind: waits for the drain's end, notes what the switch cost,
 * stops them. Each step can be repeated after a crash; {@link #start} does so. Safe for use by many threads.
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
            boolean watched =
                    services.rollouts(List.of(service.serving())).stream().anyMatch(Rollout::watching);
            // Watched ones may have to go back; their deployment goes on with that.
            if (!watched
                    && service.node().equals(node)
                    && instances.ofConfig(service.config()).stream()
                            .anyMatch(instance -> instance.rollout().isBefore(service.serving()))) {
                retireBefore(service.config(), service.serving());
            }
        }
    }

    /** Begins to retire what a rollout has taken the place of; returns at once. */
    public void retireBefore(ConfigId config, RolloutId rollout) {
        Thread thread = Thread.ofVirtual().name("retire-" + rollout).unstarted(() -> run(config, rollout));
        threads.add(thread);
        thread.start();
    }

    private void run(ConfigId config, RolloutId rollout) {
        try {
            while (!attempt(config, rollout)) {
                Thread.sleep(RETRY);
            }
        } catch (InterruptedException e) {
            // QUARK stops; its next start goes on.
        } finally {
            threads.remove(Thread.currentThread());
        }
    }

    private boolean attempt(ConfigId config, RolloutId rollout) throws InterruptedException {
        try {
            for (RolloutId next : upTo(config, rollout)) {
                // Noted before the old ones are stopped: as long as they run, the next start looks again.
                note(next, awaitDrain(config, next));
                supervisor.stop(config, other -> other.isBefore(next), grace(next));
            }
            return true;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "Old instances of " + config + " are not retired yet", e);
            return false;
        }
    }

    /**
     * A rollout and those before it that still have instances, the oldest first. What the switch to the newest one left
     * behind may be free of requests long before what an earlier switch did, so each waits for the one before it.
     */
    private List<RolloutId> upTo(ConfigId config, RolloutId rollout) {
        Stream<RolloutId> before =
                instances.ofConfig(config).stream().map(Instance::rollout).filter(other -> other.isBefore(rollout));
        return Stream.concat(before, Stream.of(rollout)).distinct().sorted().toList();
    }

    private Drain.Over awaitDrain(ConfigId config, RolloutId rollout) throws InterruptedException {
        while (true) {
            if (router.awaitDrain(config, rollout.toString(), LOOK) instanceof Drain.Over over) {
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
        return Optional.of(rollout)
                .flatMap(launches::of)
                .map(Launches.Launch::settings)
                .map(ServiceSettings::stop)
                .orElse(GRACE);
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
