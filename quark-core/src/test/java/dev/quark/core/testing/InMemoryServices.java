package dev.quark.core.testing;

import dev.quark.core.config.ConfigId;
import dev.quark.core.service.Rollout;
import dev.quark.core.service.RolloutId;
import dev.quark.core.service.Service;
import dev.quark.core.service.ServiceStore;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

final class InMemoryServices implements ServiceStore {

    private final Memory memory;

    InMemoryServices(Memory memory) {
        this.memory = memory;
    }

    @Override
    public Optional<Service> find(ConfigId config) {
        return memory.locked(() -> Optional.ofNullable(memory.services.get(config)));
    }

    @Override
    public List<Service> all() {
        return memory.locked(() -> List.copyOf(memory.services.values()));
    }

    @Override
    public void save(Service service) {
        memory.locked(() -> memory.services.put(
                service.config(),
                new Service(
                        service.config(),
                        service.serving(),
                        service.stopped(),
                        service.node(),
                        Memory.millis(service.since()))));
    }

    @Override
    public void remove(ConfigId config) {
        memory.locked(() -> memory.services.remove(config));
    }

    @Override
    public void save(Rollout rollout) {
        memory.locked(() -> memory.rollouts.put(rollout.id(), rollout));
    }

    @Override
    public List<Rollout> rollouts(Collection<RolloutId> ids) {
        return memory.locked(() -> memory.rollouts.values().stream()
                .filter(r -> ids.contains(r.id()))
                .toList());
    }
}
