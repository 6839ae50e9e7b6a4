package dev.quark.persistence;

import dev.quark.core.codehost.RepositoryKeepers;
import dev.quark.core.source.RepositoryName;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

final class JdbiRepositoryKeepers implements RepositoryKeepers {

    /** Who leads has a rank below that of all others; who only joins has 0. */
    private static final String INSERT = """
            INSERT INTO repository_keepers (repository_key, user_id, rank, since)
            VALUES (:repository, :user, :rank, :since) ON CONFLICT (repository_key, user_id) DO\s""";

    private final Database database;

    JdbiRepositoryKeepers(Database database) {
        this.database = database;
    }

    @Override
    public void join(RepositoryName repository, UUID user, Instant at) {
        insert(repository, user, 0, at, "NOTHING");
    }

    @Override
    public void lead(RepositoryName repository, UUID user, Instant at) {
        insert(repository, user, -at.toEpochMilli(), at, "UPDATE SET rank = excluded.rank, since = excluded.since");
    }

    @Override
    public List<UUID> of(RepositoryName repository) {
        return database.read(session -> session.query("""
                        SELECT user_id FROM repository_keepers WHERE repository_key = :repository
                        ORDER BY rank, since, user_id""")
                .bind("repository", repository.key())
                .mapTo(UUID.class)
                .list());
    }

    private void insert(RepositoryName repository, UUID user, long rank, Instant at, String otherwise) {
        database.write(session -> session.update(INSERT + otherwise)
                .bind("repository", repository.key())
                .bind("user", user)
                .bind("rank", rank)
                .bind("since", at.toEpochMilli())
                .execute());
    }
}
