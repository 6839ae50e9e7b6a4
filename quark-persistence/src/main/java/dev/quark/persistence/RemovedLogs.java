package dev.quark.persistence;

import dev.quark.core.log.LogId;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** Logs whose deployment was removed: their lines go a few at a time, and go on going after a crash. */
final class RemovedLogs {

    private static final int CHUNKS_A_STEP = 32;

    private final Database database;

    RemovedLogs(Database database) {
        this.database = database;
    }

    /** Notes that a log is to be removed, in the transaction that removes its deployment. */
    static boolean note(Session session, LogId log) {
        return session.update("INSERT INTO removed_logs (log_id) VALUES (:log) ON CONFLICT DO NOTHING")
                        .bind("log", log.value())
                        .execute()
                >= 0;
    }

    /** Removes a log that was noted. */
    void remove(LogId log) {
        boolean more = true;
        while (more) {
            more = database.write(session -> step(session, log.value()));
        }
    }

    /** Removes what a crash left over. */
    void removeAll() {
        List<UUID> logs = database.read(session -> session.query("SELECT log_id FROM removed_logs")
                .mapTo(UUID.class)
                .list());
        logs.forEach(log -> remove(new LogId(log)));
    }

    private static boolean step(Session session, UUID log) throws SQLException {
        int removed = session.update("""
                        DELETE FROM log_chunks WHERE log_id = :log AND first_seq IN
                            (SELECT first_seq FROM log_chunks WHERE log_id = :log ORDER BY first_seq LIMIT :limit)""")
                .bind("log", log)
                .bind("limit", CHUNKS_A_STEP)
                .execute();
        if (removed < CHUNKS_A_STEP) {
            session.update("DELETE FROM removed_logs WHERE log_id = :log")
                    .bind("log", log)
                    .execute();
        }
        return removed == CHUNKS_A_STEP;
    }
}
