package dev.quark.core.testing;

import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentState.Pending;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.metrics.Workload;
import dev.quark.core.metrics.WorkloadStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

final class InMemoryWorkload implements WorkloadStore {

    private final Memory memory;
    private final LongSupplier untold;

    /** @param untold how many the code host is still to be told */
    InMemoryWorkload(Memory memory, LongSupplier untold) {
        this.memory = memory;
        this.untold = untold;
    }

    @Override
    public Workload read() {
        return memory.locked(() -> {
            Map<DeploymentStatus, Long> deployments = memory.deployments.values().stream()
                    .map(Deployment::status)
                    .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
            List<Instant> queued = memory.deployments.values().stream()
                    .filter(deployment -> deployment.state().equals(new Pending()))
                    .map(Deployment::createdAt)
                    .sorted(Comparator.naturalOrder())
                    .toList();
            return new Workload(
                    deployments,
                    queued.size(),
                    queued.isEmpty() ? null : queued.get(0),
                    deployments.getOrDefault(DeploymentStatus.PENDING, 0L) - queued.size(),
                    untold.getAsLong());
        });
    }
}
