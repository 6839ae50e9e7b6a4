package dev.quark.persistence;

import dev.quark.core.codehost.Hook;
import dev.quark.core.codehost.HookStore;
import dev.quark.core.source.RepositoryName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

final class JdbiHookStore implements HookStore {

    private final Database database;

    JdbiHookStore(Database database) {
        this.database = database;
    }

    @Override
    public void save(Hook hook) {
        database.write(session -> {
            session.update("DELETE FROM hooks WHERE id = :id OR repository_key = :repository")
                    .bind("id", hook.id())
                    .bind("repository", hook.repository().key())
                    .execute();
            return session.update("""
                            INSERT INTO hooks (id, repository, repository_key, url, set_up_by, set_up_at)
                            VALUES (:id, :repository, :key, :url, :by, :at)""")
                    .bind("id", hook.id())
                    .bind("repository", hook.repository().value())
                    .bind("key", hook.repository().key())
                    .bind("url", hook.url())
                    .bind("by", hook.setUpBy())
                    .bind("at", hook.setUpAt().toEpochMilli())
                    .execute();
        });
    }

    @Override
    public Optional<Hook> find(long id) {
        return database.read(session -> session.query("SELECT * FROM hooks WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> hook(row))
                .findFirst());
    }

    @Override
    public Optional<Hook> of(RepositoryName repository) {
        return database.read(session -> session.query("SELECT * FROM hooks WHERE repository_key = :repository")
                .bind("repository", repository.key())
                .map((row, context) -> hook(row))
                .findFirst());
    }

    @Override
    public List<Hook> list() {
        return database.read(session -> session.query("SELECT * FROM hooks ORDER BY repository_key")
                .map((row, context) -> hook(row))
                .list());
    }

    @Override
    public void remove(long id) {
        database.write(session -> session.update("DELETE FROM hooks WHERE id = :id")
                .bind("id", id)
                .execute());
    }

    private static Hook hook(ResultSet row) throws SQLException {
        return new Hook(
                row.getLong("id"),
                new RepositoryName(row.getString("repository")),
                row.getString("url"),
                row.getString("set_up_by"),
                Instant.ofEpochMilli(row.getLong("set_up_at")));
    }
}
