package dev.quark.persistence;

import dev.quark.core.log.LogBatch;
import dev.quark.core.log.LogId;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogStore;
import dev.quark.core.log.SpoolPosition;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;

/** Logs as chunks: one row for each batch that was written. */
final class JdbiLogStore implements LogStore {

    private static final long PAGE_CHARACTERS = 1 << 20;
    private static final int CHUNKS_AT_A_TIME = 8;
    private static final int MOST_CHUNKS_PRUNED = 1000;

    private static final String INSERT = """
            INSERT INTO log_chunks (log_id, first_seq, last_seq, last_at, stdout_bytes, stderr_bytes, lines, source)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String END = """
            SELECT last_seq, stdout_bytes, stderr_bytes FROM log_chunks WHERE log_id = ? ORDER BY first_seq DESC LIMIT 1""";

    /** From the chunk that holds the line on; its place is found by the index, however long the log is. */
    private static final String READ = """
            SELECT first_seq, lines FROM log_chunks
            WHERE log_id = ? AND last_seq > ? AND first_seq >=
                COALESCE((SELECT max(first_seq) FROM log_chunks WHERE log_id = ? AND first_seq <= ?), 0)
            ORDER BY first_seq""";

    /** A service's writers go on where the log ends, and where an instance's output does. */
    private static final String NOT_NEEDED = """
             AND NOT (EXISTS (SELECT 1 FROM configs c WHERE c.id = log_chunks.log_id) AND (
                first_seq = (SELECT max(l.first_seq) FROM log_chunks l WHERE l.log_id = log_chunks.log_id)
                OR (EXISTS (SELECT 1 FROM instances i WHERE i.run_id = log_chunks.source)
                    AND first_seq = (SELECT max(l.first_seq) FROM log_chunks l
                        WHERE l.log_id = log_chunks.log_id AND l.source = log_chunks.source))))
            """;

    private static final String OLD = """
            SELECT log_id, first_seq, last_seq FROM log_chunks
            WHERE last_at < :before AND NOT EXISTS (SELECT 1 FROM deployments d
                WHERE d.id = log_chunks.log_id AND d.status IN ('pending', 'in_progress'))
            """ + NOT_NEEDED + " ORDER BY last_at, log_id, first_seq LIMIT :limit";

    private static final String SURPLUS = """
            SELECT log_id, first_seq, last_seq FROM log_chunks
            WHERE log_id = :log AND last_seq <=
                (SELECT max(l.last_seq) FROM log_chunks l WHERE l.log_id = :log) - :most
            """ + NOT_NEEDED + " ORDER BY first_seq LIMIT :limit";

    private final Database database;
    private final RemovedLogs removed;

    JdbiLogStore(Database database) {
        this.database = database;
        this.removed = new RemovedLogs(database);
    }

    @Override
    public void append(LogBatch batch) {
        byte[] lines = LogLines.encode(batch.lines());
        long lastAt = batch.lines().stream()
                .mapToLong(line -> line.at().toEpochMilli())
                .max()
                .orElseThrow();
        database.write(session -> {
            long last = end(session, batch.log()).lastSeq();
            if (batch.firstSeq() != last + 1) {
                throw new IllegalStateException("The log " + batch.log() + " ends with line " + last
                        + " and can't be continued with line " + batch.firstSeq() + ": somebody else writes it");
            }
            PreparedStatement insert = session.prepare(INSERT);
            session.set(insert, 1, batch.log().value());
            insert.setLong(2, batch.firstSeq());
            insert.setLong(3, batch.lastSeq());
            insert.setLong(4, lastAt);
            insert.setLong(5, batch.position().stdout());
            insert.setLong(6, batch.position().stderr());
            insert.setBytes(7, lines);
            session.set(insert, 8, batch.source());
            insert.executeUpdate();
            insert.clearParameters();
            return true;
        });
    }

    @Override
    public List<LogLine> read(LogId log, long after, int limit) {
        return database.read(session -> {
            Page page = new Page(after, limit);
            PreparedStatement select = session.prepare(READ);
            select.setFetchSize(CHUNKS_AT_A_TIME);
            session.set(select, 1, log.value());
            select.setLong(2, after);
            session.set(select, 3, log.value());
            select.setLong(4, after);
            try (ResultSet chunks = select.executeQuery()) {
                while (!page.isFull() && chunks.next()) {
                    page.add(LogLines.decode(chunks.getBytes(2), chunks.getLong(1)));
                }
            }
            return page.lines;
        });
    }

    @Override
    public End end(LogId log) {
        return database.read(session -> end(session, log));
    }

    @Override
    public SpoolPosition position(LogId log, UUID source) {
        return database.read(session -> session.query("""
                        SELECT stdout_bytes, stderr_bytes FROM log_chunks WHERE log_id = :log AND source = :source
                        ORDER BY first_seq DESC LIMIT 1""")
                .bind("log", log.value())
                .bind("source", source)
                .map((row, context) -> new SpoolPosition(row.getLong("stdout_bytes"), row.getLong("stderr_bytes")))
                .findOne()
                .orElse(SpoolPosition.START));
    }

    private static End end(Session session, LogId log) throws SQLException {
        PreparedStatement select = session.prepare(END);
        session.set(select, 1, log.value());
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? new End(row.getLong(1), new SpoolPosition(row.getLong(2), row.getLong(3))) : End.EMPTY;
        }
    }

    /**
     * Removes whole chunks, once their last line is old enough, or a service's log too long. The logs of deployments that
     * have no outcome yet are left alone: their writers continue the numbering.
     */
    @Override
    public boolean prune(Instant before, int limit) {
        removed.removeAll();
        boolean more = database.write(session -> remove(
                session,
                session.query(OLD).bind("before", before.toEpochMilli()).bind("limit", MOST_CHUNKS_PRUNED),
                limit));
        List<UUID> services = database.read(session -> session.query("SELECT config_id FROM services")
                .mapTo(UUID.class)
                .list());
        for (UUID service : services) {
            more |= database.write(session -> remove(
                    session,
                    session.query(SURPLUS)
                            .bind("log", service)
                            .bind("most", MOST_SERVICE_LINES)
                            .bind("limit", MOST_CHUNKS_PRUNED),
                    limit));
        }
        return more;
    }

    private static boolean remove(Session session, Query query, int limit) throws SQLException {
        List<Chunk> chunks = query.map((row, context) -> new Chunk(
                        new LogId(UUID.fromString(row.getString("log_id"))),
                        row.getLong("first_seq"),
                        row.getLong("last_seq")))
                .list();
        long lines = 0;
        PreparedStatement delete = session.prepare("DELETE FROM log_chunks WHERE log_id = ? AND first_seq = ?");
        for (Chunk chunk : chunks) {
            if (lines >= limit) {
                return true;
            }
            session.set(delete, 1, chunk.log().value());
            delete.setLong(2, chunk.firstSeq());
            delete.executeUpdate();
            lines += chunk.lastSeq() - chunk.firstSeq() + 1;
        }
        return chunks.size() == MOST_CHUNKS_PRUNED;
    }

    private record Chunk(LogId log, long firstSeq, long lastSeq) {}

    /** The lines after one, as many as fit. */
    private static final class Page {

        private final List<LogLine> lines = new ArrayList<>();
        private final long after;
        private final int limit;
        private long characters;
        private boolean full;

        Page(long after, int limit) {
            this.after = after;
            this.limit = limit;
        }

        boolean isFull() {
            return full || lines.size() >= limit;
        }

        void add(LogLines.Reader reader) {
            while (!isFull() && reader.next()) {
                if (reader.seq() > after) {
                    LogLine line = reader.line();
                    characters += line.text().length();
                    full = characters > PAGE_CHARACTERS && !lines.isEmpty();
                    if (!full) {
                        lines.add(line);
                    }
                }
            }
        }
    }
}
