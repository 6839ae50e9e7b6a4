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
import java.util.Optional;

final class JdbiLogStore implements LogStore {

    private static final String LAST =
            "SELECT last_seq FROM log_chunks WHERE log_id = ? ORDER BY first_seq DESC LIMIT 1";
    private static final String INSERT =
            "INSERT INTO log_chunks (log_id, first_seq, last_seq, first_at, last_at, stdout,"
                    + " stderr, lines) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String READ =
            "SELECT first_seq, first_at, lines FROM log_chunks WHERE log_id = ? AND first_seq >="
                    + " coalesce((SELECT max(first_seq) FROM log_chunks WHERE log_id = ? AND first_seq <= ?), 0)"
                    + " ORDER BY first_seq LIMIT 8";

    private static final long PAGE_CHARACTERS = 1 << 20;
    private static final int CHUNKS_A_STEP = 64;

    private final Database database;

    JdbiLogStore(Database database) {
        this.database = database;
    }

    @Override
    public void append(LogBatch batch) {
        byte[] lines = LogChunk.encode(batch.lines());
        database.write(session -> {
            try {
                insert(session, batch, lines);
                return true;
            } catch (SQLException e) {
                throw e.getSQLState() != null && e.getSQLState().equals("23505")
                        ? new IllegalStateException("Somebody else writes the log " + batch.log(), e)
                        : new DatabaseException(e);
            }
        });
    }

    private static void insert(Session session, LogBatch batch, byte[] lines) throws SQLException {
        String log = batch.log().toString();
        long last = 0;
        PreparedStatement end = session.prepared(LAST);
        end.setString(1, log);
        try (ResultSet row = end.executeQuery()) {
            if (row.next()) {
                last = row.getLong(1);
            }
        }
        if (batch.firstSeq() != last + 1) {
            throw new IllegalStateException("The log " + log + " ends with line " + last
                    + " and can't be continued with line " + batch.firstSeq() + ": somebody else writes it");
        }
        PreparedStatement insert = session.prepared(INSERT);
        insert.setString(1, log);
        insert.setLong(2, batch.firstSeq());
        insert.setLong(3, batch.lastSeq());
        insert.setLong(4, batch.lines().get(0).at().toEpochMilli());
        insert.setLong(5, batch.lines().get(batch.lines().size() - 1).at().toEpochMilli());
        insert.setLong(6, batch.position().stdout());
        insert.setLong(7, batch.position().stderr());
        insert.setBytes(8, lines);
        insert.executeUpdate();
    }

    @Override
    public List<LogLine> read(LogId log, long after, int limit) {
        List<LogLine> page = new ArrayList<>();
        long next = after + 1;
        while (page.size() < limit && characters(page) < PAGE_CHARACTERS) {
            int before = page.size();
            addChunks(log, next, page);
            if (page.size() == before) {
                break;
            }
            next = page.get(page.size() - 1).seq() + 1;
        }
        return cut(page, limit);
    }

    private void addChunks(LogId log, long from, List<LogLine> page) {
        database.read(session -> {
            session.handle()
                    .createQuery(READ)
                    .bind(0, log.toString())
                    .bind(1, log.toString())
                    .bind(2, from)
                    .map((row, ignored) -> {
                        LogChunk.decode(
                                row.getBytes("lines"),
                                row.getLong("first_seq"),
                                row.getLong("first_at"),
                                from - 1,
                                page);
                        return true;
                    })
                    .list();
            return true;
        });
    }

    private static long characters(List<LogLine> lines) {
        long sum = 0;
        for (LogLine line : lines) {
            sum += line.text().length();
        }
        return sum;
    }

    private static List<LogLine> cut(List<LogLine> lines, int limit) {
        long sum = 0;
        int count = 0;
        while (count < Math.min(limit, lines.size())) {
            sum += lines.get(count).text().length();
            if (sum > PAGE_CHARACTERS && count > 0) {
                break;
            }
            count++;
        }
        return count == lines.size() ? lines : List.copyOf(lines.subList(0, count));
    }

    @Override
    public End end(LogId log) {
        return database.read(session -> session.handle()
                .createQuery(
                        "SELECT last_seq, stdout, stderr FROM log_chunks WHERE log_id = ? ORDER BY first_seq DESC LIMIT 1")
                .bind(0, log.toString())
                .map((row, ignored) -> new End(
                        row.getLong("last_seq"), new SpoolPosition(row.getLong("stdout"), row.getLong("stderr"))))
                .findOne()
                .orElse(End.EMPTY));
    }

    @Override
    public boolean prune(Instant before, int limit) {
        List<Object[]> old = database.read(session -> session.handle()
                .createQuery(
                        "SELECT log_id, first_seq, last_seq FROM log_chunks c WHERE last_at < ? AND NOT EXISTS (SELECT 1"
                                + " FROM deployments d WHERE d.id = c.log_id AND d.status IN ('pending', 'in_progress'))"
                                + " ORDER BY last_at LIMIT " + CHUNKS_A_STEP)
                .bind(0, before.toEpochMilli())
                .map((row, ignored) ->
                        new Object[] {row.getString("log_id"), row.getLong("first_seq"), row.getLong("last_seq")})
                .list());
        long lines = 0;
        List<Object[]> step = new ArrayList<>();
        for (Object[] chunk : old) {
            if (lines < limit) {
                step.add(chunk);
                lines += (long) chunk[2] - (long) chunk[1] + 1;
            }
        }
        if (step.isEmpty()) {
            return false;
        }
        database.write(session -> {
            step.forEach(chunk -> session.handle()
                    .execute("DELETE FROM log_chunks WHERE log_id = ? AND first_seq = ?", chunk[0], chunk[1]));
            return true;
        });
        return step.size() < old.size() || old.size() == CHUNKS_A_STEP;
    }

    /** Removes a log, a few chunks at a time, so that other writes wait for a few chunks at most. */
    void remove(LogId log) {
        while (true) {
            Optional<Long> last = database.read(session -> session.handle()
                    .createQuery("SELECT max(first_seq) FROM (SELECT first_seq FROM log_chunks WHERE log_id = ?"
                            + " ORDER BY first_seq LIMIT " + CHUNKS_A_STEP + ") AS step")
                    .bind(0, log.toString())
                    .mapTo(Long.class)
                    .findOne());
            if (last.isEmpty()) {
                return;
            }
            database.write(session -> session.handle()
                    .execute("DELETE FROM log_chunks WHERE log_id = ? AND first_seq <= ?", log.toString(), last.get()));
        }
    }
}
