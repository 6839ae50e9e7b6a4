package dev.quark.core.service;

import dev.quark.core.config.ConfigId;
import dev.quark.core.log.LogId;
import dev.quark.core.log.LogLine;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.process.Processes;
import dev.quark.core.service.Instance.State;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Keeps this node's instances running. They go on when QUARK stops or is killed, and {@link #start} takes them up again.
 * What is to run is in the {@link InstanceStore}; here is only who looks after it. Safe for use by many threads, with one
 * thread at a time for each rollout.
 */
public final class ServiceSupervisor implements AutoCloseable {

    private static final int PORTS_TRIED = 100;

    private static final System.Logger LOG = System.getLogger(ServiceSupervisor.class.getName());

    private final ServiceParts parts;
    private final Object lock = new Object();

    // Guarded by the lock.
    private final List<Kept> keepers = new ArrayList<>();
    private final Map<ConfigId, ServiceLog> logs = new HashMap<>();
    private boolean closed;

    /** Looks after nothing yet. */
    public ServiceSupervisor(ServiceParts parts) {
        this.parts = parts;
    }

    /** Takes up the instances that are to run on this node. */
    public void start() {
        List<Instance> instances = parts.instances().onNode(parts.node());
        instances.forEach(this::keep);
        if (!instances.isEmpty()) {
            LOG.log(System.Logger.Level.INFO, "Took up {0} instance(s) of services", instances.size());
        }
    }

    /**
     * Starts a rollout's instances that aren't there yet; repeatable.
     *
     * @throws UnavailableException where no port is free
     */
    public void ensure(ConfigId config, RolloutId rollout, int count) {
        Set<Integer> there = parts.instances().ofConfig(config).stream()
                .filter(instance -> instance.rollout().equals(rollout))
                .map(Instance::number)
                .collect(Collectors.toSet());
        for (int number = 1; number <= count; number++) {
            if (!there.contains(number)) {
                keep(add(config, rollout, number));
            }
        }
    }

    private Instance add(ConfigId config, RolloutId rollout, int number) {
        Instant now = parts.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        for (int i = 0; i < PORTS_TRIED; i++) {
            Instance instance = Instance.first(
                    config,
                    rollout,
                    number,
                    parts.node(),
                    parts.ports().next(),
                    parts.runs().get(),
                    now);
            if (parts.instances().add(instance)) {
                return instance;
            }
        }
        throw new UnavailableException("No free port was found for an instance: see how many listen on this machine.");
    }

    /**
     * Waits until all of a rollout's instances are healthy at the same time, or one has ended, or the time is over.
     *
     * @param until when they have to be
     */
    public Readiness awaitReady(ConfigId config, RolloutId rollout, Instant until) throws InterruptedException {
        synchronized (lock) {
            while (true) {
                List<Instance> instances = kept(config, rollout::equals);
                for (Instance instance : instances) {
                    if (instance.state() == State.FAILED) {
                        return new Readiness.NotReady("instance " + instance.number() + " ended before it was healthy: "
                                + instance.note()
                                + ". start_command has to stay in the foreground; the app's last output"
                                + " is above");
                    }
                }
                if (!instances.isEmpty()
                        && instances.stream().allMatch(instance -> instance.state() == State.HEALTHY)) {
                    return new Readiness.Ready();
                }
                long left = Duration.between(parts.clock().instant(), until).toMillis();
                if (left <= 0 && !instances.isEmpty()) {
                    return new Readiness.NotReady(notInTime(instances));
                }
                lock.wait(Math.max(1, left));
            }
        }
    }

    private String notInTime(List<Instance> instances) {
        Instance late = instances.stream()
                .filter(instance -> instance.state() != State.HEALTHY)
                .findFirst()
                .orElseThrow();
        Processes processes = parts.commands().inspect(late.run());
        Set<Integer> others = new TreeSet<>(processes.ports());
        if (!others.isEmpty() && !others.contains(late.port())) {
            return "instance " + late.number() + " listens on port "
                    + others.stream().map(String::valueOf).collect(Collectors.joining(", ")) + " instead of "
                    + late.port()
                    + ": it has to listen on the port in the variable PORT";
        }
        return "instance " + late.number() + " did not become healthy in time: it "
                + (late.note() == null ? "has not answered yet" : late.note())
                + (others.isEmpty() ? "; it has to listen on the port in the variable PORT" : "")
                + ". See its output above, or change health_check";
    }

    /** How often instances of a rollout have crashed since they were first healthy. */
    public int crashes(ConfigId config, RolloutId rollout) {
        synchronized (lock) {
            return kept(config, rollout::equals).stream()
                    .mapToInt(Instance::restarts)
                    .sum();
        }
    }

    /**
     * Stops the instances of some of a config's rollouts, and waits until nothing is left of them; repeatable.
     *
     * @param grace between SIGTERM and SIGKILL
     * @throws InterruptedException where the thread was interrupted; they are stopped all the same
     */
    public void stop(ConfigId config, Predicate<RolloutId> which, Duration grace) throws InterruptedException {
        List<Kept> stopped;
        synchronized (lock) {
            stopped = keepers.stream()
                    .filter(kept -> kept.keeper().instance().config().equals(config)
                            && which.test(kept.keeper().instance().rollout()))
                    .toList();
        }
        stopped.forEach(kept -> kept.keeper().stop(grace));
        synchronized (lock) {
            while (!stopped.stream().allMatch(kept -> kept.keeper().isGone())) {
                lock.wait();
            }
        }
    }

    /** The last lines of QUARK's own in a service's log. */
    public void note(ConfigId config, String text) {
        log(config).note(text);
    }

    /** The newest lines of a service's log that were read since a time. */
    public List<LogLine> lastLines(ConfigId config, Instant since, int most) {
        LogId log = new LogId(config.value());
        long end = parts.logStore().end(log).lastSeq();
        return parts.logStore().read(log, Math.max(0, end - most), most).stream()
                .filter(line -> !line.at().isBefore(since.truncatedTo(ChronoUnit.MILLIS)))
                .toList();
    }

    /** What the system shows of an instance. */
    public Processes inspect(Instance instance) {
        return parts.commands().inspect(instance.run());
    }

    private void keep(Instance instance) {
        InstanceKeeper keeper = new InstanceKeeper(parts, log(instance.config()), instance, this::changed);
        synchronized (lock) {
            if (closed) {
                return;
            }
            Thread thread = Thread.ofPlatform()
                    .daemon()
                    .name("instance-" + instance.number())
                    .unstarted(keeper);
            keepers.add(new Kept(keeper, thread));
            thread.start();
        }
    }

    /** Called by keepers, with no lock of theirs held. */
    private void changed() {
        synchronized (lock) {
            keepers.removeIf(kept -> kept.keeper().isGone());
            lock.notifyAll();
        }
    }

    private List<Instance> kept(ConfigId config, Predicate<RolloutId> which) {
        return keepers.stream()
                .map(kept -> kept.keeper().instance())
                .filter(instance -> instance.config().equals(config) && which.test(instance.rollout()))
                .toList();
    }

    private ServiceLog log(ConfigId config) {
        synchronized (lock) {
            return logs.computeIfAbsent(
                    config, id -> new ServiceLog(id, parts.logs(), parts.logStore(), parts.clock()));
        }
    }

    /** Lets go of the instances, which go on. */
    @Override
    public void close() {
        List<Kept> left;
        synchronized (lock) {
            closed = true;
            left = List.copyOf(keepers);
        }
        left.forEach(kept -> kept.thread().interrupt());
        try {
            for (Kept kept : left) {
                kept.thread().join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (lock) {
            logs.values().forEach(ServiceLog::close);
        }
    }

    private record Kept(InstanceKeeper keeper, Thread thread) {}
}
