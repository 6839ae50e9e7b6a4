package dev.quark.http;

import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.Phase;
import dev.quark.core.deployment.PhaseStore;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** When a test says that deployments came to their phases. */
final class FakePhases implements PhaseStore {

    private final Map<DeploymentId, Map<Phase, Instant>> all = new ConcurrentHashMap<>();

    @Override
    public boolean begin(DeploymentId id, Phase phase, Instant at) {
        return all.computeIfAbsent(id, none -> new ConcurrentHashMap<>()).putIfAbsent(phase, at) == null;
    }

    @Override
    public Map<DeploymentId, Map<Phase, Instant>> of(Collection<DeploymentId> ids) {
        return all.entrySet().stream()
                .filter(entry -> ids.contains(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
