package dev.quark.core.testing;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Phase;
import dev.quark.core.deployment.Release;
import dev.quark.core.log.LogBatch;
import dev.quark.core.log.LogId;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.result.Result;
import dev.quark.core.service.Instance;
import dev.quark.core.service.Rollout;
import dev.quark.core.service.RolloutId;
import dev.quark.core.service.Service;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What all fakes share: the rows, and the one lock under which they are read and written. */
final class Memory {

    final TreeMap<ConfigId, DeploymentConfig> configs = new TreeMap<>();
    final TreeMap<DeploymentId, Deployment> deployments = new TreeMap<>();

    /** The deployments of each config that have no outcome yet: the queue stays quick beside a long history. */
    final Map<ConfigId, TreeSet<DeploymentId>> unfinished = new HashMap<>();

    final Map<DeploymentId, Map<Phase, Instant>> phases = new HashMap<>();
    final Map<DeploymentId, Integer> takeUps = new HashMap<>();
    final Map<DeploymentId, Release> releases = new HashMap<>();
    final Map<DeploymentId, Result> results = new HashMap<>();
    final Map<ConfigId, Service> services = new HashMap<>();
    final TreeMap<RolloutId, Rollout> rollouts = new TreeMap<>();
    final List<Instance> instances = new ArrayList<>();
    final Map<LogId, TreeMap<Long, LogBatch>> logs = new HashMap<>();

    final Set<LogId> searchable = new HashSet<>();

    private final ReentrantLock lock = new ReentrantLock();

    /** Does something that nobody sees half of; nothing is undone where it throws, so checks come first. */
    <T extends @Nullable Object> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** Stores a deployment, new or changed. */
    void put(Deployment deployment) {
        ConfigId config = deployment.config();
        deployments.put(deployment.id(), deployment);
        if (config != null) {
            Set<DeploymentId> active = unfinished.computeIfAbsent(config, id -> new TreeSet<>());
            if (deployment.status().isFinal()) {
                active.remove(deployment.id());
            } else {
                active.add(deployment.id());
            }
        }
    }

    /** Adds a pending deployment. */
    void add(Deployment deployment) {
        if (!(deployment.state() instanceof DeploymentState.Pending)) {
            throw new IllegalArgumentException("Only a pending deployment can be added: " + deployment.id());
        }
        if (deployments.containsKey(deployment.id())) {
            throw new IllegalStateException("There is a deployment with the id " + deployment.id() + " already");
        }
        if (deployment.config() != null && !configs.containsKey(deployment.config())) {
            throw new ConflictException("The config of this deployment was deleted in this moment.");
        }
        put(new Deployment(
                deployment.id(),
                deployment.config(),
                deployment.repository(),
                deployment.branch(),
                deployment.name(),
                deployment.commit(),
                deployment.trigger(),
                deployment.triggeredBy(),
                deployment.origin(),
                millis(deployment.createdAt()),
                stored(deployment.state()),
                deployment.cancelledBy()));
    }

    /** A config's deployments with a status that isn't final, oldest first. */
    List<Deployment> unfinished(@Nullable ConfigId config, DeploymentStatus status) {
        Stream<DeploymentId> ids = config == null
                ? unfinished.values().stream().flatMap(Set::stream).sorted()
                : unfinished.getOrDefault(config, new TreeSet<>()).stream();
        return ids.map(this::get).filter(d -> d.status() == status).toList();
    }

    Deployment get(DeploymentId id) {
        return java.util.Objects.requireNonNull(deployments.get(id));
    }

    static Deployment with(Deployment deployment, DeploymentState state) {
        return new Deployment(
                deployment.id(),
                deployment.config(),
                deployment.repository(),
                deployment.branch(),
                deployment.name(),
                deployment.commit(),
                deployment.trigger(),
                deployment.triggeredBy(),
                deployment.origin(),
                deployment.createdAt(),
                state,
                deployment.cancelledBy());
    }

    /** Databases keep milliseconds; so do the fakes. */
    static Instant millis(Instant at) {
        return at.truncatedTo(ChronoUnit.MILLIS);
    }

    /** A state as it is stored. */
    static DeploymentState stored(DeploymentState state) {
        return switch (state) {
            case DeploymentState.Pending pending ->
                new DeploymentState.Pending(pending.checksUntil() == null ? null : millis(pending.checksUntil()));
            case DeploymentState.InProgress running -> new DeploymentState.InProgress(stored(running.run()));
            case DeploymentState.Completed done -> new DeploymentState.Completed(stored(done.run()), millis(done.at()));
            case DeploymentState.Failed failed ->
                new DeploymentState.Failed(
                        stored(failed.run()), millis(failed.at()), failed.exitCode(), failed.error());
            case DeploymentState.Cancelled cancelled ->
                new DeploymentState.Cancelled(
                        cancelled.run() == null ? null : stored(cancelled.run()),
                        millis(cancelled.at()),
                        cancelled.reason());
        };
    }

    private static DeploymentState.Run stored(DeploymentState.Run run) {
        return new DeploymentState.Run(millis(run.startedAt()), run.node());
    }
}
