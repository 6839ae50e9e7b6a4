package dev.quark.core.testing;

import dev.quark.core.identity.GitHubAccount;
import dev.quark.core.identity.User;
import dev.quark.core.identity.UserStore;
import dev.quark.core.problem.ConflictException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

final class InMemoryUsers implements UserStore {

    private final Map<UUID, User> users = new LinkedHashMap<>();

    @Override
    public synchronized Optional<User> find(UUID id) {
        return Optional.ofNullable(users.get(id));
    }

    @Override
    public synchronized Optional<User> findByLogin(String usernameOrEmail) {
        return first(user -> same(user.username(), usernameOrEmail))
                .or(() -> first(user -> same(user.email(), usernameOrEmail)));
    }

    @Override
    public synchronized Optional<User> findByGitHub(GitHubAccount account) {
        return first(user -> Objects.equals(user.githubId(), account.id()))
                .or(() -> first(user -> user.githubId() == null && same(user.githubLogin(), account.login())));
    }

    @Override
    public synchronized Page list(int limit, long offset) {
        List<User> page = users.values().stream()
                .sorted(Comparator.comparing(User::createdAt)
                        .thenComparing(user -> user.id().toString()))
                .skip(offset)
                .limit(limit)
                .toList();
        return new Page(page, users.size());
    }

    @Override
    public synchronized void add(User user) {
        if (users.containsKey(user.id())) {
            throw new IllegalStateException("There is a user with the id " + user.id() + " already");
        }
        requireUnique(user);
        users.put(user.id(), stored(user));
    }

    @Override
    public synchronized Optional<User> update(UUID id, UnaryOperator<User> change) {
        User before = users.get(id);
        if (before == null) {
            return Optional.empty();
        }
        User after = stored(change.apply(before));
        if (!after.id().equals(id)) {
            throw new IllegalArgumentException("A user keeps its id");
        }
        requireUnique(after);
        if (before.isWorkingAdmin() && !after.isWorkingAdmin()) {
            requireAdminBeside(id);
        }
        users.put(id, after);
        return Optional.of(after);
    }

    @Override
    public synchronized boolean remove(UUID id) {
        User user = users.get(id);
        if (user == null) {
            return false;
        }
        if (user.isWorkingAdmin()) {
            requireAdminBeside(id);
        }
        users.remove(id);
        return true;
    }

    private Optional<User> first(Predicate<User> condition) {
        return users.values().stream().filter(condition).findFirst();
    }

    private void requireAdminBeside(UUID id) {
        if (first(user -> user.isWorkingAdmin() && !user.id().equals(id)).isEmpty()) {
            throw new ConflictException("This is the last administrator who can sign in: make another one first.");
        }
    }

    private void requireUnique(User user) {
        for (User other : users.values()) {
            if (!other.id().equals(user.id())
                    && (same(other.username(), user.username())
                            || (user.email() != null && same(other.email(), user.email()))
                            || (user.githubId() != null && user.githubId().equals(other.githubId())))) {
                throw new ConflictException(
                        "There is already a user with this name, this e-mail address or this GitHub account.");
            }
        }
    }

    private static User stored(User user) {
        return new User(
                user.id(),
                user.username(),
                user.email(),
                user.role(),
                user.passwordHash(),
                user.githubLogin(),
                user.githubId(),
                user.invited(),
                Memory.millis(user.createdAt()));
    }

    private static boolean same(@Nullable String one, String other) {
        return one != null && one.equalsIgnoreCase(other);
    }
}
