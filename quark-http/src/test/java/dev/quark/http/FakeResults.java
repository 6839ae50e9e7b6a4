package dev.quark.http;

import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.result.Result;
import dev.quark.core.result.ResultStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What a test says that GitHub was told. */
final class FakeResults implements ResultStore {

    private final Map<DeploymentId, Result> results = new ConcurrentHashMap<>();

    @Override
    public Optional<Claimed> claim(String node, Instant now, Instant until) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void release(String node) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Instant> nextTime(Instant now) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void save(Result result, boolean done) {
        results.put(result.deployment(), result);
    }

    @Override
    public Optional<Result> find(DeploymentId deployment) {
        return Optional.ofNullable(results.get(deployment));
    }

    @Override
    public List<Claimed> active(ConfigId config) {
        throw new UnsupportedOperationException();
    }
}
