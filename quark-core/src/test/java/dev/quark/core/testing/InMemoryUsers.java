package dev.quark.core.testing;

import dev.quark.core.identity.User;
import dev.quark.core.identity.UserStore;
import dev.quark.core.problem.ConflictException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

final class InMemoryUsers implements UserStore {

    private final Map<UUID, User> users = new LinkedHashMap<>();

    @Override
    public synchronized Optional<User> find(UUID id) {
        return Optional.ofNullable(users.get(id));
    }

    @Override
    public synchronized Optional<User> findByLogin(String usernameOrEmail) {
        return users.values().stream()
                .filter(user -> same(user.username(), usernameOrEmail))
                .findFirst()
                .or(() -> users.values().stream()
                        .filter(user -> same(user.email(), usernameOrEmail))
                        .findFirst());
    }

    @Override
    public synchronized void save(User user) {
        for (User other : users.values()) {
            if (!other.id().equals(user.id())
                    && (same(other.username(), user.username())
                            || (user.email() != null && same(other.email(), user.email())))) {
                throw new ConflictException("There is already a user with this name or this e-mail address.");
            }
        }
        users.put(
                user.id(),
                new User(
                        user.id(),
                        user.username(),
                        user.email(),
                        user.role(),
                        user.passwordHash(),
                        Memory.millis(user.createdAt())));
    }

    private static boolean same(@Nullable String one, String other) {
        return one != null && one.equalsIgnoreCase(other);
    }
}
