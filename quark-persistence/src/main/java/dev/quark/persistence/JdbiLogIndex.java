package dev.quark.persistence;

import dev.quark.core.log.LogIndex;
import dev.quark.core.log.LogStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which words each chunk of a log has, and no more: which lines have them is seen when the chunks are read. So the index is
 * small, and made quickly. A chunk's number is its last line's time, and a count of those of the same millisecond.
 */
final class JdbiLogIndex implements LogIndex {

    static final int COUNT_BITS = 20;

    /** How much is read, and written while others wait, in one step. */
    private static final int CHUNKS_A_STEP = 64;

    private static final int BYTES_A_STEP = 512 * 1024;
    private static final int CHUNKS_AT_A_TIME = 16;

    private static final String ENDED = """
            SELECT id, repository_key, indexed_seq FROM deployments
            WHERE indexed_seq IS NOT NULL AND finished_at IS NOT NULL ORDER BY id LIMIT 1""";

    private static final String CHUNKS = """
            SELECT first_seq, last_seq, last_at, lines FROM log_chunks WHERE log_id = ? AND first_seq > ?
            ORDER BY first_seq LIMIT ?""";

    private static final String ADVANCE =
            "UPDATE deployments SET indexed_seq = :to WHERE id = :id AND indexed_seq = :from";

    private final Database database;
    private final LogSearch search;

    JdbiLogIndex(Database database, LogStore logs) {
        this.database = database;
        this.search = new LogSearch(database, logs);
    }

    @Override
    public Page search(Request request) {
        return search.page(request);
    }

    @Override
    public boolean takeIn() {
        Step step = database.read(JdbiLogIndex::next);
        if (step == null) {
            return false;
        }
        database.write(session -> {
            // Compared and set: another node may have done the same meanwhile.
            boolean moved = session.update(ADVANCE)
                            .bind("to", step.to())
                            .bind("id", step.log())
                            .bind("from", step.from())
                            .execute()
                    > 0;
            if (moved) {
                for (Chunk chunk : step.chunks()) {
                    long id = nextId(session, chunk.lastAt() << COUNT_BITS);
                    WordTable.of(session).insert(session, id, step.log(), chunk.firstSeq(), chunk.words());
                }
            }
            return moved;
        });
        return true;
    }

    private static @Nullable Step next(Session session) throws SQLException {
        UUID log;
        String repository;
        long from;
        try (ResultSet row = session.prepare(ENDED).executeQuery()) {
            if (!row.next()) {
                return null;
            }
            log = UUID.fromString(row.getString(1));
            repository = row.getString(2);
            from = row.getLong(3);
        }
        List<Chunk> chunks = new ArrayList<>();
        PreparedStatement select = session.prepare(CHUNKS);
        session.set(select, 1, log);
        select.setLong(2, from);
        select.setInt(3, CHUNKS_A_STEP);
        select.setFetchSize(CHUNKS_AT_A_TIME);
        int bytes = 0;
        boolean more = true;
        try (ResultSet rows = select.executeQuery()) {
            while (more && rows.next()) {
                byte[] lines = rows.getBytes(4);
                Set<String> words = ChunkWords.of(LogLines.decode(lines, rows.getLong(1)), repository);
                chunks.add(new Chunk(rows.getLong(1), rows.getLong(2), rows.getLong(3), words));
                bytes += lines.length;
                more = bytes < BYTES_A_STEP;
            }
        }
        boolean all = more && chunks.size() < CHUNKS_A_STEP;
        return new Step(log, from, all ? null : (Long) chunks.getLast().lastSeq(), chunks);
    }

    private static long nextId(Session session, long first) throws SQLException {
        PreparedStatement select = session.prepare("SELECT max(id) FROM log_index WHERE id >= ? AND id < ?");
        select.setLong(1, first);
        select.setLong(2, first + (1L << COUNT_BITS));
        try (ResultSet row = select.executeQuery()) {
            row.next();
            long last = row.getLong(1);
            return row.wasNull() ? first : last + 1;
        }
    }

    /**
     * What is taken in at once.
     *
     * @param from the last line that was taken in before
     * @param to the last line that will have been then; null for all that there are
     */
    private record Step(UUID log, long from, @Nullable Long to, List<Chunk> chunks) {}

    private record Chunk(long firstSeq, long lastSeq, long lastAt, Set<String> words) {}
}
