package dev.quark.http;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigStore;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.source.RepositoryName;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Configs in memory. */
final class FakeConfigs implements ConfigStore {

    private final Map<ConfigId, DeploymentConfig> all = new LinkedHashMap<>();
    volatile boolean busy;

    @Override
    public synchronized void add(DeploymentConfig config) {
        requireUnique(config);
        all.put(config.id(), config);
    }

    private void requireUnique(DeploymentConfig config) {
        boolean taken = all.values().stream()
                .anyMatch(c -> !c.id().equals(config.id())
                        && c.repository().equals(config.repository())
                        && c.branch().equals(config.branch())
                        && c.name().equals(config.name()));
        if (taken) {
            throw new ConflictException("There is a config for this repository, branch and name already.");
        }
    }

    @Override
    public synchronized Optional<DeploymentConfig> find(ConfigId id) {
        return Optional.ofNullable(all.get(id));
    }

    @Override
    public synchronized List<DeploymentConfig> ofRepository(RepositoryName repository) {
        return list(repository, Integer.MAX_VALUE, 0);
    }

    @Override
    public synchronized List<DeploymentConfig> list(@Nullable RepositoryName repository, int limit, long offset) {
        return all.values().stream()
                .filter(c -> repository == null || c.repository().equals(repository))
                .skip(offset)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized long count(@Nullable RepositoryName repository) {
        return list(repository, Integer.MAX_VALUE, 0).size();
    }

    @Override
    public synchronized Optional<DeploymentConfig> update(ConfigId id, UnaryOperator<DeploymentConfig> change) {
        DeploymentConfig present = all.get(id);
        if (present == null) {
            return Optional.empty();
        }
        DeploymentConfig changed = change.apply(present);
        requireUnique(changed);
        all.put(id, changed);
        return Optional.of(changed);
    }

    @Override
    public synchronized boolean remove(ConfigId id, Instant at) {
        if (busy) {
            throw new ConflictException("A deployment of this config is running.");
        }
        return all.remove(id) != null;
    }
}
