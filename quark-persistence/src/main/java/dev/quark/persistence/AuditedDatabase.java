package dev.quark.persistence;

import dev.quark.core.identity.AuditEntry;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stores the entry about a change in the same transaction as the change, which may be made in any store: the entry waits
 * with the calling thread until that thread stores something. A unit that changed nothing says so by false or an empty
 * {@link Optional}; then the entry waits on.
 */
final class AuditedDatabase implements Database {

    private static final ThreadLocal<@Nullable Waiting> WAITING = new ThreadLocal<>();

    private final Database database;

    AuditedDatabase(Database database) {
        this.database = database;
    }

    /** An entry that waits for its change. */
    private static final class Waiting {

        private final AuditedDatabase database;
        private final AuditEntry entry;
        private boolean stored;

        Waiting(AuditedDatabase database, AuditEntry entry) {
            this.database = database;
            this.entry = entry;
        }
    }

    /** Makes a change with its entry; one that stored nothing, and doesn't say that it changed nothing, is noted too. */
    <T extends @Nullable Object> T with(AuditEntry entry, Supplier<T> change) {
        Waiting outer = WAITING.get();
        Waiting own = new Waiting(this, entry);
        T result;
        WAITING.set(own);
        try {
            result = change.get();
        } finally {
            WAITING.set(outer);
        }
        if (!own.stored && changed(result)) {
            database.write(session -> JdbiAuditLog.add(session, entry));
        }
        return result;
    }

    @Override
    public <T extends @Nullable Object> T write(Unit<T> unit) {
        Waiting waits = WAITING.get();
        if (waits == null || waits.stored || waits.database != this) {
            return database.write(unit);
        }
        T result = database.write(session -> withEntry(session, unit, waits.entry));
        waits.stored = changed(result);
        return result;
    }

    private static <T extends @Nullable Object> T withEntry(Session session, Unit<T> unit, AuditEntry entry)
            throws SQLException {
        T result = unit.run(session);
        if (changed(result)) {
            JdbiAuditLog.add(session, entry);
        }
        return result;
    }

    private static boolean changed(@Nullable Object result) {
        return !Boolean.FALSE.equals(result) && !Optional.empty().equals(result);
    }

    @Override
    public <T extends @Nullable Object> T read(Unit<T> unit) {
        return database.read(unit);
    }

    @Override
    public DatabaseFigures figures() {
        return database.figures();
    }

    @Override
    public boolean isReachable() {
        return database.isReachable();
    }

    @Override
    public void close() {
        database.close();
    }
}
