package dev.quark.persistence;

import dev.quark.core.codehost.HostToken;
import dev.quark.core.codehost.HostTokenStore;
import dev.quark.core.secret.Secret;
import dev.quark.core.secret.SecretBox;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

final class JdbiHostTokenStore implements HostTokenStore {

    private final Database database;
    private final SecretBox secrets;

    JdbiHostTokenStore(Database database, SecretBox secrets) {
        this.database = database;
        this.secrets = secrets;
    }

    @Override
    public Optional<HostToken> find(UUID user) {
        return database.read(session -> find(session, user, ""));
    }

    @Override
    public void save(UUID user, HostToken token) {
        database.write(session -> save(session, user, token));
    }

    @Override
    public boolean replace(UUID user, HostToken old, HostToken next) {
        return database.write(session -> isThere(session, user, old) && save(session, user, next) > 0);
    }

    @Override
    public boolean remove(UUID user, HostToken token) {
        return database.write(session -> isThere(session, user, token)
                && session.update("DELETE FROM host_tokens WHERE user_id = :user")
                                .bind("user", user)
                                .execute()
                        > 0);
    }

    private boolean isThere(Session session, UUID user, HostToken token) throws SQLException {
        return find(session, user, session.dialect().forUpdate)
                .filter(token::equals)
                .isPresent();
    }

    private Optional<HostToken> find(Session session, UUID user, String lock) {
        return session.query("SELECT * FROM host_tokens WHERE user_id = :user" + lock)
                .bind("user", user)
                .map((row, context) -> token(user, row))
                .findFirst();
    }

    private int save(Session session, UUID user, HostToken token) {
        Instant expiresAt = token.expiresAt();
        return session.update("""
                        INSERT INTO host_tokens (user_id, access, refresh, scopes, expires_at)
                        VALUES (:user, :access, :refresh, :scopes, :expires)
                        ON CONFLICT (user_id) DO UPDATE SET access = excluded.access, refresh = excluded.refresh,
                            scopes = excluded.scopes, expires_at = excluded.expires_at""")
                .bind("user", user)
                .bind("access", secrets.seal(token.access(), context(user, "access")))
                .bind("refresh", sealed(user, token.refresh()))
                .bind("scopes", String.join(" ", new TreeSet<>(token.scopes())))
                .bind("expires", expiresAt == null ? null : expiresAt.toEpochMilli())
                .execute();
    }

    private byte @Nullable [] sealed(UUID user, @Nullable Secret refresh) {
        return refresh == null ? null : secrets.seal(refresh, context(user, "refresh"));
    }

    private HostToken token(UUID user, ResultSet row) throws SQLException {
        byte[] refresh = row.getBytes("refresh");
        long expiresAt = row.getLong("expires_at");
        Instant expires = row.wasNull() ? null : Instant.ofEpochMilli(expiresAt);
        String scopes = row.getString("scopes");
        return new HostToken(
                secrets.open(row.getBytes("access"), context(user, "access")),
                scopes.isEmpty() ? Set.of() : Set.of(scopes.split(" ", -1)),
                refresh == null ? null : secrets.open(refresh, context(user, "refresh")),
                expires);
    }

    /** Where a token belongs: it opens for this user alone. */
    private static String context(UUID user, String part) {
        return "host-token/" + user + "/" + part;
    }
}
