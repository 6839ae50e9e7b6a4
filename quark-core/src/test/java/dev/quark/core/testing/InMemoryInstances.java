package dev.quark.core.testing;

import dev.quark.core.config.ConfigId;
import dev.quark.core.service.Instance;
import dev.quark.core.service.InstanceStore;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

final class InMemoryInstances implements InstanceStore {

    private final Memory memory;

    InMemoryInstances(Memory memory) {
        this.memory = memory;
    }

    @Override
    public boolean add(Instance instance) {
        return memory.locked(() -> {
            boolean taken = memory.instances.stream()
                    .anyMatch(other -> other.isSame(instance)
                            || (other.node().equals(instance.node()) && other.port() == instance.port()));
            return !taken && memory.instances.add(instance);
        });
    }

    @Override
    public boolean update(Instance instance) {
        return memory.locked(() -> memory.instances.removeIf(instance::isSame) && memory.instances.add(instance));
    }

    @Override
    public void remove(Instance instance) {
        memory.locked(() -> memory.instances.removeIf(instance::isSame));
    }

    @Override
    public List<Instance> ofConfig(ConfigId config) {
        return those(instance -> instance.config().equals(config));
    }

    @Override
    public List<Instance> onNode(String node) {
        return those(instance -> instance.node().equals(node));
    }

    private List<Instance> those(Predicate<Instance> which) {
        return memory.locked(() -> memory.instances.stream()
                .filter(which)
                .sorted(Comparator.comparing(Instance::rollout).thenComparingInt(Instance::number))
                .toList());
    }
}
