package dev.quark.core.testing;

import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.result.Result;
import dev.quark.core.result.Result.Standing;
import dev.quark.core.result.ResultStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

final class InMemoryResults implements ResultStore {

    private record Claim(String node, Instant until) {}

    private final Memory memory;
    private final Map<DeploymentId, Claim> claims = new HashMap<>();

    InMemoryResults(Memory memory) {
        this.memory = memory;
    }

    @Override
    public Optional<Claimed> claim(String node, Instant now, Instant until) {
        return memory.locked(() -> untold().filter(
                        deployment -> !isLater(nextAttempt(deployment), now) && !isTaken(deployment, now))
                .findFirst()
                .map(deployment -> {
                    Result before = result(deployment.id());
                    Result result = new Result(
                            deployment.id(),
                            before.standing(),
                            before.told(),
                            before.marked(),
                            before.hostDeployment(),
                            before.active(),
                            before.attempts() + 1,
                            before.nextAttempt(),
                            before.error());
                    memory.results.put(deployment.id(), result);
                    claims.put(deployment.id(), new Claim(node, Memory.millis(until)));
                    return new Claimed(deployment, result);
                }));
    }

    @Override
    public void release(String node) {
        memory.locked(() -> claims.values().removeIf(claim -> claim.node().equals(node)));
    }

    @Override
    public Optional<Instant> nextTime(Instant now) {
        return memory.locked(() -> untold().flatMap(deployment -> Stream.ofNullable(nextTime(deployment, now)))
                .filter(now::isBefore)
                .min(Comparator.naturalOrder()));
    }

    private @Nullable Instant nextTime(Deployment deployment, Instant now) {
        Claim claim = claims.get(deployment.id());
        return claim != null && claim.until().isAfter(now) ? claim.until() : nextAttempt(deployment);
    }

    @Override
    public void save(Result result, boolean done) {
        memory.locked(() -> {
            if (memory.deployments.containsKey(result.deployment())) {
                memory.results.put(result.deployment(), stored(result));
            }
            return done ? claims.remove(result.deployment()) : null;
        });
    }

    @Override
    public Optional<Result> find(DeploymentId deployment) {
        return memory.locked(
                () -> memory.deployments.containsKey(deployment) ? Optional.of(result(deployment)) : Optional.empty());
    }

    @Override
    public List<Claimed> active(ConfigId config) {
        return memory.locked(() -> memory.deployments.values().stream()
                .filter(deployment -> config.equals(deployment.config()))
                .map(deployment -> new Claimed(deployment, result(deployment.id())))
                .filter(shown -> shown.result().active())
                .toList());
    }

    /** Called under the lock. */
    Stream<Deployment> untold() {
        return memory.deployments.values().stream()
                .filter(deployment -> deployment.commit() != null
                        && result(deployment.id()).standing() != Standing.OFF
                        && result(deployment.id()).told() != deployment.status());
    }

    private boolean isTaken(Deployment deployment, Instant now) {
        return claims.entrySet().stream()
                .filter(claim -> claim.getValue().until().isAfter(now))
                .anyMatch(claim -> memory.deployments.containsKey(claim.getKey())
                        && memory.get(claim.getKey()).repository().equals(deployment.repository()));
    }

    private @Nullable Instant nextAttempt(Deployment deployment) {
        return result(deployment.id()).nextAttempt();
    }

    private static boolean isLater(@Nullable Instant at, Instant now) {
        return at != null && at.isAfter(now);
    }

    private Result result(DeploymentId id) {
        return memory.results.getOrDefault(id, Result.none(id));
    }

    private static Result stored(Result result) {
        return new Result(
                result.deployment(),
                result.standing(),
                result.standing() == Standing.OFF ? null : result.told(),
                result.marked(),
                result.hostDeployment(),
                result.active(),
                result.attempts(),
                result.nextAttempt() == null ? null : Memory.millis(result.nextAttempt()),
                result.error());
    }
}
