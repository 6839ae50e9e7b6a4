package dev.quark.core.testing;

import dev.quark.core.codehost.HostToken;
import dev.quark.core.codehost.HostTokenStore;
import dev.quark.core.codehost.RepositoryKeepers;
import dev.quark.core.codehost.UsedStates;
import dev.quark.core.identity.UserStore;
import dev.quark.core.source.RepositoryName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The tokens of users who are gone are not removed, but nobody's. */
final class InMemoryHostTokens implements HostTokenStore, RepositoryKeepers, UsedStates {

    private final UserStore users;
    private final Map<UUID, HostToken> tokens = new HashMap<>();
    private final Map<RepositoryName, List<UUID>> keepers = new HashMap<>();

    private final Map<String, Instant> used = new HashMap<>();

    InMemoryHostTokens(UserStore users) {
        this.users = users;
    }

    @Override
    public synchronized boolean use(String state, Instant until, Instant now) {
        used.values().removeIf(expiry -> expiry.isBefore(now));
        return used.putIfAbsent(state, until) == null;
    }

    @Override
    public synchronized Optional<HostToken> find(UUID user) {
        return users.find(user).map(known -> tokens.get(user));
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
