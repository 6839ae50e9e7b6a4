package dev.quark.core.testing;

import dev.quark.core.codehost.HostToken;
import dev.quark.core.codehost.HostTokenStore;
import dev.quark.core.codehost.RepositoryKeepers;
import dev.quark.core.source.RepositoryName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

final class InMemoryHostTokens implements HostTokenStore, RepositoryKeepers {

    private final Map<UUID, HostToken> tokens = new HashMap<>();
    private final Map<RepositoryName, List<UUID>> keepers = new HashMap<>();

    @Override
    public synchronized Optional<HostToken> find(UUID user) {
        return Optional.ofNullable(tokens.get(user));
    }

    @Override
    public synchronized void save(UUID user, HostToken token) {
        tokens.put(user, token);
    }

    @Override
    public synchronized boolean replace(UUID user, HostToken old, HostToken next) {
        return tokens.replace(user, old, next);
    }

    @Override
    public synchronized boolean remove(UUID user, HostToken token) {
        return tokens.remove(user, token);
    }

    @Override
    public synchronized void join(RepositoryName repository, UUID user, Instant at) {
        List<UUID> users = keepers.computeIfAbsent(repository, name -> new ArrayList<>());
        if (!users.contains(user)) {
            users.add(user);
        }
    }

    @Override
    public synchronized void lead(RepositoryName repository, UUID user, Instant at) {
        List<UUID> users = keepers.computeIfAbsent(repository, name -> new ArrayList<>());
        users.remove(user);
        users.add(0, user);
    }

    @Override
    public synchronized List<UUID> of(RepositoryName repository) {
        return List.copyOf(keepers.getOrDefault(repository, List.of()));
    }
}
