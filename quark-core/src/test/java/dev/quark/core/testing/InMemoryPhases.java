package dev.quark.core.testing;

import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.Phase;
import dev.quark.core.deployment.PhaseStore;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

final class InMemoryPhases implements PhaseStore {

    private final Memory memory;

    InMemoryPhases(Memory memory) {
        this.memory = memory;
    }

    @Override
    public boolean begin(DeploymentId id, Phase phase, Instant at) {
        return memory.locked(() -> memory.deployments.containsKey(id)
                && memory.phases
                                .computeIfAbsent(id, none -> new EnumMap<>(Phase.class))
                                .putIfAbsent(phase, Memory.millis(at))
                        == null);
    }

    @Override
    public Map<DeploymentId, Map<Phase, Instant>> of(Collection<DeploymentId> ids) {
        return memory.locked(() -> memory.phases.entrySet().stream()
                .filter(entry -> ids.contains(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> Map.copyOf(entry.getValue()))));
    }
}
