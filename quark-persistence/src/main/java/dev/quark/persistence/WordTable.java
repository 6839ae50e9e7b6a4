package dev.quark.persistence;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.UUID;
import java.util.stream.Collectors;

/** Where the words of logs' chunks are kept: each database has a kind of table of its own for that. */
enum WordTable {
    /** FTS5, which keeps no text and no positions. */
    SQLITE("""
            SELECT i.id, i.log_id, i.first_seq, c.lines FROM log_words
            CROSS JOIN log_index i ON i.id = log_words.rowid
            JOIN log_chunks c ON c.log_id = i.log_id AND c.first_seq = i.first_seq
            WHERE log_words MATCH ? AND log_words.rowid <= ? AND log_words.rowid >= ?
            ORDER BY log_words.rowid DESC LIMIT ?""") {
        @Override
        void insert(Session session, long id, UUID log, long firstSeq, Collection<String> words) throws SQLException {
            PreparedStatement chunk = session.prepare("""
                    INSERT INTO log_index (id, log_id, first_seq)
                    SELECT ?, log_id, first_seq FROM log_chunks WHERE log_id = ? AND first_seq = ?""");
            chunk.setLong(1, id);
            session.set(chunk, 2, log);
            chunk.setLong(3, firstSeq);
            if (chunk.executeUpdate() > 0) {
                PreparedStatement document = session.prepare("INSERT INTO log_words (rowid, words) VALUES (?, ?)");
                document.setLong(1, id);
                document.setString(2, String.join(" ", words));
                document.executeUpdate();
                document.clearParameters();
            }
        }

        @Override
        String all(Collection<String> words) {
            return words.stream().map(word -> '"' + word + '"').collect(Collectors.joining(" AND "));
        }
    },

    /** A tsvector without positions. */
    POSTGRESQL("""
            SELECT i.id, i.log_id, i.first_seq, c.lines FROM log_index i
            JOIN log_chunks c ON c.log_id = i.log_id AND c.first_seq = i.first_seq
            WHERE i.words @@ CAST(? AS tsquery) AND i.id <= ? AND i.id >= ? ORDER BY i.id DESC LIMIT ?""") {
        @Override
        void insert(Session session, long id, UUID log, long firstSeq, Collection<String> words) throws SQLException {
            PreparedStatement chunk = session.prepare("""
                    INSERT INTO log_index (id, words, log_id, first_seq)
                    SELECT ?, array_to_tsvector(?), log_id, first_seq FROM log_chunks
                    WHERE log_id = ? AND first_seq = ?""");
            chunk.setLong(1, id);
            chunk.setArray(2, chunk.getConnection().createArrayOf("text", words.toArray()));
            session.set(chunk, 3, log);
            chunk.setLong(4, firstSeq);
            chunk.executeUpdate();
        }

        @Override
        String all(Collection<String> words) {
            return words.stream().map(word -> '\'' + word + '\'').collect(Collectors.joining(" & "));
        }
    };

    /** Chunks with some words, newest first; takes the words, the highest and the lowest number, and how many. */
    final String search;

    WordTable(String search) {
        this.search = search;
    }

    static WordTable of(Session session) {
        return session.dialect() == Dialect.SQLITE ? SQLITE : POSTGRESQL;
    }

    /** Adds the words of a chunk, unless that is gone. */
    abstract void insert(Session session, long id, UUID log, long firstSeq, Collection<String> words)
            throws SQLException;

    /** Words, of which a chunk must have all; they hold letters and digits alone, so they are nobody's syntax. */
    abstract String all(Collection<String> words);
}
