package dev.quark.core.testing;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigStore;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.config.ServiceSettings;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.source.RepositoryName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

final class InMemoryConfigs implements ConfigStore {

    private final Memory memory;

    InMemoryConfigs(Memory memory) {
        this.memory = memory;
    }

    @Override
    public void add(DeploymentConfig config) {
        memory.locked(() -> {
            checkUnique(config);
            return memory.configs.put(config.id(), stored(config));
        });
    }

    @Override
    public Optional<DeploymentConfig> find(ConfigId id) {
        return memory.locked(() -> Optional.ofNullable(memory.configs.get(id)));
    }

    @Override
    public List<DeploymentConfig> ofRepository(RepositoryName repository) {
        return memory.locked(() -> matching(repository).toList());
    }

    @Override
    public List<DeploymentConfig> list(@Nullable RepositoryName repository, int limit, long offset) {
        return memory.locked(
                () -> matching(repository).skip(offset).limit(limit).toList());
    }

    @Override
    public long count(@Nullable RepositoryName repository) {
        return memory.locked(() -> matching(repository).count());
    }

    @Override
    public Optional<DeploymentConfig> update(ConfigId id, UnaryOperator<DeploymentConfig> change) {
        return memory.locked(() -> {
            DeploymentConfig before = memory.configs.get(id);
            if (before == null) {
                return Optional.empty();
            }
            DeploymentConfig after = change.apply(before);
            if (!after.id().equals(id)) {
                throw new IllegalArgumentException("A config keeps its id");
            }
            checkUnique(after);
            memory.configs.put(id, stored(after));
            return Optional.of(stored(after));
        });
    }

    @Override
    public boolean remove(ConfigId id, Instant at) {
        return memory.locked(() -> {
            if (!memory.unfinished(id, DeploymentStatus.IN_PROGRESS).isEmpty()) {
                throw new ConflictException("A deployment of this config is running: cancel it first, or use force.");
            }
            memory.unfinished(id, DeploymentStatus.PENDING)
                    .forEach(pending -> memory.put(Memory.with(
                            pending,
                            new DeploymentState.Cancelled(null, Memory.millis(at), "its config was deleted"))));
            memory.unfinished.remove(id);
            memory.deployments.replaceAll(
                    (key, deployment) -> id.equals(deployment.config()) ? orphan(deployment) : deployment);
            return memory.configs.remove(id) != null;
        });
    }

    private Stream<DeploymentConfig> matching(@Nullable RepositoryName repository) {
        return memory.configs.values().stream()
                .filter(config -> repository == null || config.repository().equals(repository));
    }

    private void checkUnique(DeploymentConfig config) {
        boolean taken = matching(config.repository())
                .anyMatch(other -> !other.id().equals(config.id())
                        && other.branch().equals(config.branch())
                        && other.name().equals(config.name()));
        if (taken) {
            throw new ConflictException("There is already a config \"" + config.name() + "\" for "
                    + config.repository() + " and branch " + config.branch()
                    + ": change that one, or choose another name.");
        }
        checkHosts(config);
    }

    private void checkHosts(DeploymentConfig config) {
        ServiceSettings service = config.service();
        if (service == null) {
            return;
        }
        for (DeploymentConfig other : memory.configs.values()) {
            ServiceSettings taken = other.service();
            if (taken != null
                    && !other.id().equals(config.id())
                    && taken.pathPrefix().equals(service.pathPrefix())) {
                service.hosts().stream()
                        .filter(taken.hosts()::contains)
                        .findFirst()
                        .ifPresent(host -> {
                            throw DeploymentConfig.hostTaken(
                                    host,
                                    service.pathPrefix(),
                                    other.repository().value(),
                                    other.branch().value(),
                                    other.name());
                        });
            }
        }
    }

    private static DeploymentConfig stored(DeploymentConfig config) {
        return ConfigSample.like(config)
                .at(Memory.millis(config.createdAt()), Memory.millis(config.updatedAt()))
                .make();
    }

    private static Deployment orphan(Deployment deployment) {
        return new Deployment(
                deployment.id(),
                null,
                deployment.repository(),
                deployment.branch(),
                deployment.name(),
                deployment.commit(),
                deployment.trigger(),
                deployment.triggeredBy(),
                deployment.origin(),
                deployment.createdAt(),
                deployment.state(),
                deployment.cancelledBy());
    }
}
