package dev.quark.core.testing;

import dev.quark.core.identity.Session;
import dev.quark.core.identity.SessionStore;
import dev.quark.core.identity.User;
import dev.quark.core.identity.UserStore;
import dev.quark.core.problem.ConflictException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The sessions of users who are gone are not removed, but nobody's. */
final class InMemorySessions implements SessionStore {

    private final UserStore users;
    private final Map<UUID, Session> sessions = new HashMap<>();

    InMemorySessions(UserStore users) {
        this.users = users;
    }

    @Override
    public synchronized void add(Session session) {
        if (users.find(session.user()).isEmpty()) {
            throw new ConflictException("The user was removed in this moment.");
        }
        sessions.values().removeIf(earlier -> !lasts(earlier, session.createdAt()));
        sessions.put(session.id(), session);
    }

    @Override
    public synchronized Optional<User> holder(UUID id, Instant now) {
        return Optional.ofNullable(sessions.get(id))
                .filter(session -> lasts(session, now))
                .flatMap(session -> users.find(session.user()));
    }

    @Override
    public synchronized void end(UUID session) {
        sessions.remove(session);
    }

    @Override
    public synchronized void endAll(UUID user, @Nullable UUID except) {
        sessions.values()
                .removeIf(
                        session -> session.user().equals(user) && !session.id().equals(except));
    }

    @Override
    public synchronized int count(UUID user, Instant now) {
        return (int) sessions.values().stream()
                .filter(session -> session.user().equals(user) && lasts(session, now))
                .count();
    }

    private static boolean lasts(Session session, Instant now) {
        return Memory.millis(session.expiresAt()).isAfter(now);
    }
}
