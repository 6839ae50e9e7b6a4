package dev.quark.persistence;

import dev.quark.core.problem.UnavailableException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Sorts what databases throw: what may be better a moment later is "unavailable", the rest is a fault of QUARK's. */
final class SqlFaults {

    /** SQLite's primary result codes for a busy, full, unreadable or read-only file. */
    private static final Set<Integer> SQLITE_UNAVAILABLE = Set.of(5, 6, 8, 10, 13, 14, 26);

    /** PostgreSQL's classes for connections, resources, operators and the system; and its retries. */
    private static final Set<String> POSTGRESQL_UNAVAILABLE = Set.of("08", "53", "57", "58", "40", "55");

    /** Another transaction came first: unique and foreign keys, serialisation, deadlock. */
    private static final Set<String> POSTGRESQL_RACES = Set.of("23505", "23503", "40001", "40P01");

    private SqlFaults() {}

    /** What a caller is to see of something that was thrown. */
    static RuntimeException translate(Throwable thrown) {
        SQLException sql = sql(thrown);
        if (sql != null && isUnavailable(sql)) {
            return new UnavailableException(
                    "The database does not answer or its disk is full: try again later.", thrown);
        }
        if (thrown instanceof JdbiException || thrown instanceof SQLException) {
            return new IllegalStateException("The database refused a statement", thrown);
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException runtime ? runtime : new IllegalStateException(thrown);
    }

    /** Whether a transaction failed for another one, and would see that one's rows if it were run again. */
    static boolean isRace(Throwable thrown) {
        SQLException sql = sql(thrown);
        return sql != null && sql.getSQLState() != null && POSTGRESQL_RACES.contains(sql.getSQLState());
    }

    private static boolean isUnavailable(SQLException sql) {
        if (sql instanceof SQLTransientException || sql instanceof SQLRecoverableException) {
            return true;
        }
        String state = sql.getSQLState();
        if (state == null || state.length() != 5) {
            return SQLITE_UNAVAILABLE.contains(sql.getErrorCode() & 0xff);
        }
        return POSTGRESQL_UNAVAILABLE.contains(state.substring(0, 2));
    }

    private static @Nullable SQLException sql(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }
}
