package dev.quark.persistence;

import dev.quark.core.log.LogId;
import dev.quark.core.log.LogIndex;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the chunks that have the words, newest first, until a page is full or enough was looked at. */
final class LogSearch {

    /** A common word beside another one may be in many chunks, but never in the same line. */
    private static final int MOST_CHUNKS = 500;

    private static final long MOST_BYTES = 4 << 20;
    private static final int CHUNKS_AT_A_TIME = 16;

    /** Lines are stored together that were read together: none is so much older than the last of its chunk. */
    private static final long LONGEST_CHUNK_MS = 60_000;

    private final Database database;
    private final LogStore logs;

    LogSearch(Database database, LogStore logs) {
        this.database = database;
        this.logs = logs;
    }

    LogIndex.Page page(LogIndex.Request request) {
        Found found = database.read(session -> find(session, request));
        return new LogIndex.Page(found.lines.stream().map(this::withLinesAround).toList(), found.next);
    }

    private static Found find(Session session, LogIndex.Request request) throws SQLException {
        WordTable table = WordTable.of(session);
        PreparedStatement select = session.prepare(table.search);
        select.setFetchSize(CHUNKS_AT_A_TIME);
        select.setString(
                1,
                table.all(ChunkWords.wanted(
                        request.text().words(),
                        Optional.ofNullable(request.repository()).stream().toList())));
        select.setLong(2, highest(request));
        select.setLong(3, request.from() == null ? 0 : number(request.from(), 0));
        select.setInt(4, MOST_CHUNKS);
        Found found = new Found(request);
        int chunks = 0;
        long bytes = 0;
        try (ResultSet rows = select.executeQuery()) {
            while (found.next == null && rows.next()) {
                byte[] lines = rows.getBytes(4);
                found.look(rows.getLong(1), new LogId(UUID.fromString(rows.getString(2))), rows.getLong(3), lines);
                chunks++;
                bytes += lines.length;
                if (found.next == null && (chunks == MOST_CHUNKS || bytes > MOST_BYTES)) {
                    found.next = new LogIndex.Place(rows.getLong(1), 0);
                }
            }
        }
        return found;
    }

    private static long highest(LogIndex.Request request) {
        long newest = request.to() == null ? Long.MAX_VALUE : number(request.to(), LONGEST_CHUNK_MS);
        return request.before() == null
                ? newest
                : Math.min(newest, request.before().chunk());
    }

    /** Times far from now are as good as the nearest that there are numbers for. */
    private static long number(Instant at, long plus) {
        long most = Long.MAX_VALUE >> JdbiLogIndex.COUNT_BITS;
        long seconds = Math.max(0, Math.min(at.getEpochSecond(), most / 1000 - LONGEST_CHUNK_MS));
        return (seconds * 1000 + at.getNano() / 1_000_000 + plus) << JdbiLogIndex.COUNT_BITS;
    }

    private LogIndex.Hit withLinesAround(InLog hit) {
        long seq = hit.line().seq();
        List<LogLine> around = logs.read(hit.log(), Math.max(0, seq - 1 - LogIndex.AROUND), 2 * LogIndex.AROUND + 1);
        return new LogIndex.Hit(
                hit.log(),
                hit.line(),
                around.stream().filter(line -> line.seq() < seq).toList(),
                around.stream()
                        .filter(line -> line.seq() > seq && line.seq() <= seq + LogIndex.AROUND)
                        .toList());
    }

    private record InLog(LogId log, LogLine line) {}

    /** What a search has found so far. */
    private static final class Found {

        private final LogIndex.Request request;
        private final List<InLog> lines = new ArrayList<>();
        private LogIndex.@Nullable Place next;

        Found(LogIndex.Request request) {
            this.request = request;
        }

        /** Looks at a chunk's lines, the last first. */
        void look(long chunk, LogId log, long firstSeq, byte[] encoded) {
            LogIndex.Place before = request.before();
            long below = before != null && before.chunk() == chunk ? before.seq() : Long.MAX_VALUE;
            List<LogLine> wanted = new ArrayList<>();
            LogLines.Reader reader = LogLines.decode(encoded, firstSeq);
            while (reader.next()) {
                if (reader.seq() < below && request.wants(reader.line())) {
                    wanted.add(reader.line());
                }
            }
            for (LogLine line : wanted.reversed()) {
                lines.add(new InLog(log, line));
                if (lines.size() == request.limit()) {
                    next = new LogIndex.Place(chunk, line.seq());
                    return;
                }
            }
        }
    }
}
