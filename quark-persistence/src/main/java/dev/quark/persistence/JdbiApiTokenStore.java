package dev.quark.persistence;

import dev.quark.core.identity.ApiToken;
import dev.quark.core.identity.ApiTokenStore;
import dev.quark.core.identity.Role;
import dev.quark.core.problem.ConflictException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

final class JdbiApiTokenStore implements ApiTokenStore {

    private static final String SELECT = """
            SELECT users.*, t.id AS token_id, t.name AS token_name, t.scope, t.hash, t.created_at AS token_created_at,
                t.expires_at, t.last_used_at
            FROM api_tokens t JOIN users ON users.id = t.user_id""";

    private final Database database;

    JdbiApiTokenStore(Database database) {
        this.database = database;
    }

    @Override
    public void add(ApiToken token) {
        database.write(session -> {
            boolean isThere = session.query("SELECT id FROM users WHERE id = :owner")
                    .bind("owner", token.owner())
                    .mapTo(UUID.class)
                    .findOne()
                    .isPresent();
            if (!isThere) {
                throw new ConflictException("The user was removed in this moment.");
            }
            int added = session.update("""
                    INSERT INTO api_tokens (id, user_id, name, name_key, scope, hash, created_at, expires_at, last_used_at)
                    VALUES (:id, :owner, :name, :nameKey, :scope, :hash, :createdAt, :expiresAt, :lastUsedAt)
                    ON CONFLICT (user_id, name_key) DO NOTHING""")
                    .bind("id", token.id())
                    .bind("owner", token.owner())
                    .bind("name", session.dialect().text(token.name()))
                    .bind(
                            "nameKey",
                            String.valueOf(session.dialect().text(token.name())).toLowerCase(Locale.ROOT))
                    .bind("scope", token.scope().label())
                    .bind("hash", token.hash())
                    .bind("createdAt", token.createdAt().toEpochMilli())
                    .bind("expiresAt", millis(token.expiresAt()))
                    .bind("lastUsedAt", millis(token.lastUsedAt()))
                    .execute();
            if (added == 0) {
                throw new ConflictException("You have an API token of this name already.");
            }
            return added;
        });
    }

    @Override
    public Optional<Owned> find(UUID id) {
        return database.read(session -> session.query(SELECT + " WHERE t.id = :id")
                .bind("id", id)
                .map(JdbiApiTokenStore::map)
                .findOne());
    }

    @Override
    public Optional<Owned> findByHash(String hash) {
        return database.read(session -> session.query(SELECT + " WHERE t.hash = :hash")
                .bind("hash", hash)
                .map(JdbiApiTokenStore::map)
                .findOne());
    }

    @Override
    public List<Owned> list(@Nullable UUID owner) {
        return database.read(session -> (owner == null
                        ? session.query(SELECT + " ORDER BY t.created_at, t.id")
                        : session.query(SELECT + " WHERE t.user_id = :owner ORDER BY t.created_at, t.id")
                                .bind("owner", owner))
                .map(JdbiApiTokenStore::map)
                .list());
    }

    @Override
    public boolean remove(UUID id) {
        return database.write(session -> session.update("DELETE FROM api_tokens WHERE id = :id")
                        .bind("id", id)
                        .execute()
                > 0);
    }

    @Override
    public void used(Map<UUID, Instant> at) {
        database.write(session -> {
            // In one order, so that two nodes don't wait for each other.
            for (Map.Entry<UUID, Instant> use : new TreeMap<>(at).entrySet()) {
                session.update("UPDATE api_tokens SET last_used_at = :at WHERE id = :id")
                        .bind("at", use.getValue().toEpochMilli())
                        .bind("id", use.getKey())
                        .execute();
            }
            return true;
        });
    }

    private static Owned map(ResultSet row, StatementContext context) throws SQLException {
        ApiToken token = new ApiToken(
                UUID.fromString(row.getString("token_id")),
                UUID.fromString(row.getString("id")),
                row.getString("token_name"),
                Role.valueOf(row.getString("scope").toUpperCase(Locale.ROOT)),
                row.getString("hash"),
                Instant.ofEpochMilli(row.getLong("token_created_at")),
                instant(row, "expires_at"),
                instant(row, "last_used_at"));
        return new Owned(token, JdbiUserStore.map(row, context));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    private static @Nullable Long millis(@Nullable Instant at) {
        return at == null ? null : at.toEpochMilli();
    }
}
