package dev.quark.persistence;

import dev.quark.core.identity.GitHubAccount;
import dev.quark.core.identity.Role;
import dev.quark.core.identity.User;
import dev.quark.core.identity.UserStore;
import dev.quark.core.problem.ConflictException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

final class JdbiUserStore implements UserStore {

    private static final String INSERT = """
            INSERT INTO users (id, username, username_key, email, email_key, role, password_hash, github_login, github_key,
                github_id, invited, created_at)
            VALUES (:id, :username, :usernameKey, :email, :emailKey, :role, :passwordHash, :githubLogin, :githubKey,
                :githubId, :invited, :createdAt)""";

    private static final String UPDATE = """
            UPDATE users SET username = :username, username_key = :usernameKey, email = :email, email_key = :emailKey,
                role = :role, password_hash = :passwordHash, github_login = :githubLogin, github_key = :githubKey,
                github_id = :githubId, invited = :invited, created_at = :createdAt
            WHERE id = :id""";

    private static final String WORKING_ADMINS =
            "SELECT id FROM users WHERE role = 'admin' AND (password_hash IS NOT NULL OR github_id IS NOT NULL)"
                    + " ORDER BY id";

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
        // Nobody is called so, and PostgreSQL doesn't even take the question.
        return usernameOrEmail.indexOf('\0') >= 0
                ? Optional.empty()
                : database.read(session -> session.attach(Users.class).findByLogin(key(session, usernameOrEmail)));
    }

    @Override
    public Optional<User> findByGitHub(GitHubAccount account) {
        return database.read(
                session -> session.attach(Users.class).findByGitHub(account.id(), key(session, account.login())));
    }

    @Override
    public Page list(int limit, long offset) {
        return database.read(session -> {
            Users users = session.attach(Users.class);
            return new Page(users.list(limit, offset), users.count());
        });
    }

    @Override
    public void add(User user) {
        database.write(session -> store(session, INSERT, user));
    }

    @Override
    public Optional<User> update(UUID id, UnaryOperator<User> change) {
        return database.write(session -> {
            // Always in this order: first the administrators, then the user.
            List<UUID> admins = lockAdmins(session);
            Optional<User> before = lock(session, id);
            if (before.isEmpty()) {
                return before;
            }
            User after = change.apply(before.get());
            if (!after.id().equals(id)) {
                throw new IllegalArgumentException("A user keeps its id");
            }
            if (before.get().isWorkingAdmin() && !after.isWorkingAdmin()) {
                requireAdminBeside(id, admins);
            }
            store(session, UPDATE, after);
            return session.attach(Users.class).find(id);
        });
    }

    @Override
    public boolean remove(UUID id) {
        return database.write(session -> {
            List<UUID> admins = lockAdmins(session);
            Optional<User> user = lock(session, id);
            if (user.filter(User::isWorkingAdmin).isPresent()) {
                requireAdminBeside(id, admins);
            }
            return session.update("DELETE FROM users WHERE id = :id")
                            .bind("id", id)
                            .execute()
                    > 0;
        });
    }

    private static List<UUID> lockAdmins(Session session) {
        return session.query(WORKING_ADMINS + session.dialect().forUpdate)
                .mapTo(UUID.class)
                .list();
    }

    private static Optional<User> lock(Session session, UUID id) {
        return session.query("SELECT * FROM users WHERE id = :id" + session.dialect().forUpdate)
                .bind("id", id)
                .mapTo(User.class)
                .findOne();
    }

    private static void requireAdminBeside(UUID id, List<UUID> admins) {
        if (admins.stream().allMatch(id::equals)) {
            throw new ConflictException("This is the last administrator who can sign in: make another one first.");
        }
    }

    private static int store(Session session, String statement, User user) {
        String username = key(session, user.username());
        String email = user.email() == null ? null : key(session, user.email());
        if (session.attach(Users.class).countOthers(user.id(), username, email, user.githubId()) > 0) {
            throw new ConflictException(
                    "There is already a user with this name, this e-mail address or this GitHub account.");
        }
        return session.update(statement)
                .bind("id", user.id())
                .bind("username", session.dialect().text(user.username()))
                .bind("usernameKey", username)
                .bind("email", session.dialect().text(user.email()))
                .bind("emailKey", email)
                .bind("role", user.role().label())
                .bind("passwordHash", user.passwordHash())
                .bind("githubLogin", session.dialect().text(user.githubLogin()))
                .bind("githubKey", user.githubLogin() == null ? null : key(session, user.githubLogin()))
                .bind("githubId", user.githubId())
                .bind("invited", user.invited())
                .bind("createdAt", user.createdAt().toEpochMilli())
                .execute();
    }

    private static String key(Session session, String text) {
        return String.valueOf(session.dialect().text(text)).toLowerCase(Locale.ROOT);
    }

    /** The queries. */
    interface Users {

        @SqlQuery("SELECT * FROM users WHERE id = :id")
        Optional<User> find(@Bind("id") UUID id);

        @SqlQuery("""
                SELECT * FROM users WHERE username_key = :key OR email_key = :key
                ORDER BY CASE WHEN username_key = :key THEN 0 ELSE 1 END LIMIT 1""")
        Optional<User> findByLogin(@Bind("key") String key);

        @SqlQuery("""
                SELECT * FROM users WHERE github_id = :id OR (github_key = :key AND github_id IS NULL)
                ORDER BY CASE WHEN github_id = :id THEN 0 ELSE 1 END LIMIT 1""")
        Optional<User> findByGitHub(@Bind("id") long id, @Bind("key") String key);

        @SqlQuery("SELECT * FROM users ORDER BY created_at, id LIMIT :limit OFFSET :offset")
        List<User> list(@Bind("limit") int limit, @Bind("offset") long offset);

        @SqlQuery("SELECT count(*) FROM users")
        long count();

        @SqlQuery("""
                SELECT count(*) FROM users
                WHERE (username_key = :username OR email_key = :email OR github_id = :github) AND id <> :id""")
        int countOthers(
                @Bind("id") UUID id,
                @Bind("username") String username,
                @Bind("email") @Nullable String email,
                @Bind("github") @Nullable Long github);
    }

    /** A row as a user; a JDBI row mapper. */
    static User map(ResultSet row, StatementContext context) throws SQLException {
        long githubId = row.getLong("github_id");
        boolean isLinked = !row.wasNull();
        return new User(
                UUID.fromString(row.getString("id")),
                row.getString("username"),
                row.getString("email"),
                Role.valueOf(row.getString("role").toUpperCase(Locale.ROOT)),
                row.getString("password_hash"),
                row.getString("github_login"),
                isLinked ? githubId : null,
                row.getBoolean("invited"),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }
}
