package dev.quark.persistence;

import dev.quark.core.requestlog.RequestEntry;
import dev.quark.core.requestlog.RequestFilter;
import dev.quark.core.requestlog.RequestLogStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

final class JdbiRequestLogStore implements RequestLogStore {

    private static final String INSERT = """
            INSERT INTO request_log (id, at, method, endpoint, path, status, time_us, address, user_agent, username,
                request_bytes, response_bytes, headers, request, response)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private final Database database;
    private final long most;

    JdbiRequestLogStore(Database database) {
        this(database, MOST_ENTRIES);
    }

    /** @param most how many entries are kept */
    JdbiRequestLogStore(Database database, long most) {
        this.database = database;
        this.most = most;
    }

    @Override
    public void add(List<RequestEntry> entries) {
        database.write(session -> {
            PreparedStatement insert = session.prepare(INSERT);
            for (RequestEntry entry : entries) {
                set(session, insert, entry);
                insert.addBatch();
            }
            insert.executeBatch();
            insert.clearParameters();
            return true;
        });
    }

    private static void set(Session session, PreparedStatement insert, RequestEntry entry) throws SQLException {
        Dialect dialect = session.dialect();
        RequestEntry.Client client = entry.client();
        RequestEntry.Content content = entry.content();
        session.set(insert, 1, entry.id());
        insert.setLong(2, entry.at().toEpochMilli());
        insert.setString(3, dialect.text(entry.method()));
        insert.setString(4, entry.endpoint());
        insert.setString(5, dialect.text(entry.path()));
        insert.setInt(6, entry.status());
        insert.setLong(7, entry.time().toNanos() / 1000);
        insert.setString(8, dialect.text(client.address()));
        insert.setString(9, dialect.text(client.userAgent()));
        insert.setString(10, dialect.text(client.user()));
        insert.setLong(11, content.requestBytes());
        insert.setLong(12, content.responseBytes());
        insert.setString(13, dialect.text(content.headers()));
        insert.setString(14, dialect.text(content.request()));
        insert.setString(15, dialect.text(content.response()));
    }

    @Override
    public Optional<RequestEntry> find(UUID id) {
        return database.read(session -> session.query("SELECT * FROM request_log WHERE id = :id")
                .bind("id", id)
                .map(JdbiRequestLogStore::map)
                .findOne());
    }

    @Override
    public List<RequestEntry> list(RequestFilter filter, @Nullable UUID before, int limit, long offset) {
        String sql = "SELECT * FROM request_log WHERE 1 = 1"
                + (filter.method() == null ? "" : " AND method = :method")
                + (filter.endpoint() == null ? "" : " AND endpoint = :endpoint")
                + (filter.path() == null ? "" : " AND path = :path")
                + (filter.status() == null ? "" : " AND status = :status")
                + (before == null ? "" : " AND id < :before")
                + " ORDER BY id DESC LIMIT :limit OFFSET :offset";
        return database.read(session -> {
            Query query = session.query(sql).bind("limit", limit).bind("offset", offset);
            bind(query, "method", session.dialect().text(filter.method()));
            bind(query, "endpoint", session.dialect().text(filter.endpoint()));
            bind(query, "path", session.dialect().text(filter.path()));
            bind(query, "status", filter.status());
            bind(query, "before", before);
            return query.map(JdbiRequestLogStore::map).list();
        });
    }

    private static void bind(Query query, String name, @Nullable Object value) {
        if (value != null) {
            query.bind(name, value);
        }
    }

    @Override
    public boolean prune(Instant before, int limit) {
        long surplus = database.read(session -> session.query("SELECT count(*) FROM request_log")
                        .mapTo(long.class)
                        .one())
                - most;
        return database.write(session -> {
            List<Old> oldest = session.query("SELECT id, at FROM request_log ORDER BY id LIMIT :limit")
                    .bind("limit", limit)
                    .map((row, context) -> new Old(UUID.fromString(row.getString("id")), row.getLong("at")))
                    .list();
            PreparedStatement delete = session.prepare("DELETE FROM request_log WHERE id = ?");
            int removed = 0;
            for (Old old : oldest) {
                if (removed >= surplus && old.at() >= before.toEpochMilli()) {
                    break;
                }
                session.set(delete, 1, old.id());
                delete.executeUpdate();
                removed++;
            }
            return removed == limit;
        });
    }

    private static RequestEntry map(ResultSet row, StatementContext context) throws SQLException {
        return new RequestEntry(
                UUID.fromString(row.getString("id")),
                Instant.ofEpochMilli(row.getLong("at")),
                row.getString("method"),
                row.getString("endpoint"),
                row.getString("path"),
                row.getInt("status"),
                Duration.ofNanos(1000 * row.getLong("time_us")),
                new RequestEntry.Client(
                        row.getString("address"), row.getString("user_agent"), row.getString("username")),
                new RequestEntry.Content(
                        row.getLong("request_bytes"),
                        row.getLong("response_bytes"),
                        row.getString("headers"),
                        row.getString("request"),
                        row.getString("response")));
    }

    private record Old(UUID id, long at) {}
}
