package dev.quark.persistence;

import dev.quark.core.identity.Role;
import dev.quark.core.identity.User;
import dev.quark.core.identity.UserStore;
import dev.quark.core.problem.ConflictException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

final class JdbiUserStore implements UserStore {

    private final Database database;

    JdbiUserStore(Database database) {
        this.database = database;
    }

    @Override
    public Optional<User> find(UUID id) {
        return database.read(
                session -> session.handle().attach(Statements.class).find(id.toString()));
    }

    @Override
    public Optional<User> findByLogin(String usernameOrEmail) {
        return database.read(
                session -> session.handle().attach(Statements.class).findByLogin(key(usernameOrEmail)));
    }

    @Override
    public void save(User user) {
        database.write(session -> {
            Statements statements = session.handle().attach(Statements.class);
            String email = user.email() == null ? null : key(user.email());
            if (statements.others(user.id().toString(), key(user.username()), email) > 0) {
                throw new ConflictException("There is a user with this name or this e-mail address already.");
            }
            statements.save(
                    user.id().toString(),
                    user.username(),
                    key(user.username()),
                    user.email(),
                    email,
                    user.role().label(),
                    user.passwordHash(),
                    user.createdAt().toEpochMilli());
            return true;
        });
    }

    private static String key(String login) {
        return login.toLowerCase(Locale.ROOT);
    }

    /** The statements. */
    @RegisterRowMapper(Mapper.class)
    public interface Statements {

        @SqlQuery("SELECT * FROM users WHERE id = :id")
        Optional<User> find(String id);

        @SqlQuery("SELECT * FROM users WHERE username_key = :login OR email_key = :login"
                + " ORDER BY CASE WHEN username_key = :login THEN 0 ELSE 1 END LIMIT 1")
        Optional<User> findByLogin(String login);

        @SqlQuery(
                "SELECT count(*) FROM users WHERE id <> :id AND (username_key = :usernameKey OR email_key = :emailKey)")
        long others(String id, String usernameKey, @Nullable String emailKey);

        @SqlUpdate("INSERT INTO users (id, username, username_key, email, email_key, role, password_hash, created_at)"
                + " VALUES (:id, :username, :usernameKey, :email, :emailKey, :role, :passwordHash, :createdAt)"
                + " ON CONFLICT (id) DO UPDATE SET username = excluded.username, username_key = excluded.username_key,"
                + " email = excluded.email, email_key = excluded.email_key, role = excluded.role,"
                + " password_hash = excluded.password_hash, created_at = excluded.created_at")
        void save(
                String id,
                String username,
                String usernameKey,
                @Nullable String email,
                @Nullable String emailKey,
                String role,
                @Nullable String passwordHash,
                long createdAt);
    }

    /** A user from a row. */
    public static final class Mapper implements RowMapper<User> {

        @Override
        public User map(ResultSet row, StatementContext context) throws SQLException {
            return new User(
                    UUID.fromString(row.getString("id")),
                    row.getString("username"),
                    row.getString("email"),
                    Role.valueOf(row.getString("role").toUpperCase(Locale.ROOT)),
                    row.getString("password_hash"),
                    Instant.ofEpochMilli(row.getLong("created_at")));
        }
    }
}
