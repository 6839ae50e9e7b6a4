package dev.quark.persistence;

import dev.quark.core.identity.Session;
import dev.quark.core.identity.SessionStore;
import dev.quark.core.identity.User;
import dev.quark.core.problem.ConflictException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

final class JdbiSessionStore implements SessionStore {

    private final Database database;

    JdbiSessionStore(Database database) {
        this.database = database;
    }

    @Override
    public void add(Session added) {
        database.write(session -> {
            boolean isThere = session.query("SELECT id FROM users WHERE id = :user")
                    .bind("user", added.user())
                    .mapTo(UUID.class)
                    .findOne()
                    .isPresent();
            if (!isThere) {
                throw new ConflictException("The user was removed in this moment.");
            }
            session.update("DELETE FROM sessions WHERE expires_at <= :now")
                    .bind("now", added.createdAt().toEpochMilli())
                    .execute();
            return session.update("""
                    INSERT INTO sessions (id, user_id, created_at, expires_at)
                    VALUES (:id, :user, :createdAt, :expiresAt)""")
                    .bind("id", added.id())
                    .bind("user", added.user())
                    .bind("createdAt", added.createdAt().toEpochMilli())
                    .bind("expiresAt", added.expiresAt().toEpochMilli())
                    .execute();
        });
    }

    @Override
    public Optional<User> holder(UUID id, Instant now) {
        return database.read(session -> session.query("""
                        SELECT users.* FROM sessions JOIN users ON users.id = sessions.user_id
                        WHERE sessions.id = :id AND sessions.expires_at > :now""")
                .bind("id", id)
                .bind("now", now.toEpochMilli())
                .mapTo(User.class)
                .findOne());
    }

    @Override
    public void end(UUID id) {
        database.write(session -> session.update("DELETE FROM sessions WHERE id = :id")
                .bind("id", id)
                .execute());
    }

    @Override
    public void endAll(UUID user, @Nullable UUID except) {
        database.write(session -> except == null
                ? session.update("DELETE FROM sessions WHERE user_id = :user")
                        .bind("user", user)
                        .execute()
                : session.update("DELETE FROM sessions WHERE user_id = :user AND id <> :except")
                        .bind("user", user)
                        .bind("except", except)
                        .execute());
    }

    @Override
    public int count(UUID user, Instant now) {
        return database.read(
                session -> session.query("SELECT count(*) FROM sessions WHERE user_id = :user AND expires_at > :now")
                        .bind("user", user)
                        .bind("now", now.toEpochMilli())
                        .mapTo(int.class)
                        .one());
    }
}
