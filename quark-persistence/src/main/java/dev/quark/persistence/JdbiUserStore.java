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
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.customizer.Bind;
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
        return database.read(session -> session.attach(Users.class).find(id));
    }

    @Override
    public Optional<User> findByLogin(String usernameOrEmail) {
        return database.read(session -> session.attach(Users.class).findByLogin(key(usernameOrEmail)));
    }

    @Override
    public void save(User user) {
        database.write(session -> {
            Users users = session.attach(Users.class);
            String username = key(user.username());
            String email = user.email() == null ? null : key(user.email());
            if (users.countOthers(user.id(), username, email) > 0) {
                throw new ConflictException("There is already a user with this name or this e-mail address.");
            }
            return users.save(
                    user.id(),
                    user.username(),
                    username,
                    user.email(),
                    email,
                    user.role().label(),
                    user.passwordHash(),
                    user.createdAt().toEpochMilli());
        });
    }

    private static String key(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** The statements. */
    interface Users {

        @SqlQuery("SELECT * FROM users WHERE id = :id")
        Optional<User> find(@Bind("id") UUID id);

        @SqlQuery("""
                SELECT * FROM users WHERE username_key = :key OR email_key = :key
                ORDER BY CASE WHEN username_key = :key THEN 0 ELSE 1 END LIMIT 1""")
        Optional<User> findByLogin(@Bind("key") String key);

        @SqlQuery("SELECT count(*) FROM users WHERE (username_key = :username OR email_key = :email) AND id <> :id")
        int countOthers(@Bind("id") UUID id, @Bind("username") String username, @Bind("email") @Nullable String email);

        @SqlUpdate("""
                INSERT INTO users (id, username, username_key, email, email_key, role, password_hash, created_at)
                VALUES (:id, :username, :usernameKey, :email, :emailKey, :role, :passwordHash, :createdAt)
                ON CONFLICT (id) DO UPDATE SET username = excluded.username, username_key = excluded.username_key,
                    email = excluded.email, email_key = excluded.email_key, role = excluded.role,
                    password_hash = excluded.password_hash, created_at = excluded.created_at""")
        int save(
                @Bind("id") UUID id,
                @Bind("username") String username,
                @Bind("usernameKey") String usernameKey,
                @Bind("email") @Nullable String email,
                @Bind("emailKey") @Nullable String emailKey,
                @Bind("role") String role,
                @Bind("passwordHash") @Nullable String passwordHash,
                @Bind("createdAt") long createdAt);
    }

    /** A row as a user; a JDBI row mapper. */
    static User map(ResultSet row, StatementContext context) throws SQLException {
        return new User(
                UUID.fromString(row.getString("id")),
                row.getString("username"),
                row.getString("email"),
                Role.valueOf(row.getString("role").toUpperCase(Locale.ROOT)),
                row.getString("password_hash"),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }
}
