package dev.quark.core.testing;

import dev.quark.core.identity.ApiToken;
import dev.quark.core.identity.ApiTokenStore;
import dev.quark.core.identity.UserStore;
import dev.quark.core.problem.ConflictException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tokens of users who are gone are not removed, but nobody's. */
final class InMemoryApiTokens implements ApiTokenStore {

    private final UserStore users;
    private final Map<UUID, ApiToken> tokens = new LinkedHashMap<>();

    InMemoryApiTokens(UserStore users) {
        this.users = users;
    }

    @Override
    public synchronized void add(ApiToken token) {
        if (users.find(token.owner()).isEmpty()) {
            throw new ConflictException("The user was removed in this moment.");
        }
        if (tokens.values().stream()
                .anyMatch(other ->
                        other.owner().equals(token.owner()) && other.name().equalsIgnoreCase(token.name()))) {
            throw new ConflictException("You have an API token of this name already.");
        }
        tokens.put(token.id(), stored(token, token.lastUsedAt()));
    }

    @Override
    public synchronized Optional<Owned> find(UUID id) {
        return owned(token -> token.id().equals(id)).findFirst();
    }

    @Override
    public synchronized Optional<Owned> findByHash(String hash) {
        return owned(token -> token.hash().equals(hash)).findFirst();
    }

    @Override
    public synchronized List<Owned> list(@Nullable UUID owner) {
        return owned(token -> owner == null || token.owner().equals(owner)).toList();
    }

    @Override
    public synchronized boolean remove(UUID id) {
        return tokens.remove(id) != null;
    }

    @Override
    public synchronized void used(Map<UUID, Instant> at) {
        at.forEach((id, when) -> tokens.computeIfPresent(id, (key, token) -> stored(token, when)));
    }

    private Stream<Owned> owned(Predicate<ApiToken> condition) {
        return tokens.values().stream()
                .filter(condition)
                .flatMap(token -> users.find(token.owner()).map(owner -> new Owned(token, owner)).stream());
    }

    private static ApiToken stored(ApiToken token, @Nullable Instant lastUsedAt) {
        return new ApiToken(
                token.id(),
                token.owner(),
                token.name(),
                token.scope(),
                token.hash(),
                Memory.millis(token.createdAt()),
                token.expiresAt() == null ? null : Memory.millis(token.expiresAt()),
                lastUsedAt == null ? null : Memory.millis(lastUsedAt));
    }
}
