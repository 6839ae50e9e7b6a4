package dev.quark.persistence;

import dev.quark.core.identity.AuditEntry;
import dev.quark.core.identity.AuditLog;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

final class JdbiAuditLog implements AuditLog {

    /** So many of the newest entries are counted each time: one with a lower number may be committed a little later. */
    private static final int UNSETTLED = 1000;

    private final AuditedDatabase database;
    private volatile Counted counted = new Counted(0, 0);

    JdbiAuditLog(AuditedDatabase database) {
        this.database = database;
    }

    @Override
    public void record(AuditEntry entry) {
        database.write(session -> add(session, entry));
    }

    @Override
    public <T extends @Nullable Object> T with(AuditEntry entry, Supplier<T> change) {
        return database.with(entry, change);
    }

    static int add(Session session, AuditEntry entry) {
        Dialect dialect = session.dialect();
        return session.attach(Entries.class)
                .add(
                        entry.at().toEpochMilli(),
                        dialect.text(entry.actor()),
                        dialect.text(entry.address()),
                        entry.action(),
                        dialect.text(entry.target()),
                        dialect.text(entry.detail()));
    }

    @Override
    public List<AuditEntry> list(int limit, long offset) {
        return database.read(session -> session.attach(Entries.class).list(limit, offset));
    }

    /** Entries are only ever added, so those that were counted once need not be counted again. */
    @Override
    public long count() {
        return database.read(session -> {
            Entries entries = session.attach(Entries.class);
            Counted settled = counted.upTo(Math.max(0, entries.newest() - UNSETTLED), entries);
            counted = settled;
            return settled.entries() + entries.count(settled.id(), Long.MAX_VALUE);
        });
    }

    /**
     * What was counted.
     *
     * @param id the newest entry's
     * @param entries how many there are up to it
     */
    private record Counted(long id, long entries) {

        Counted upTo(long newest, Entries all) {
            return newest <= id ? this : new Counted(newest, entries + all.count(id, newest));
        }
    }

    /** The statements. */
    interface Entries {

        @SqlUpdate("""
                INSERT INTO audit (at, actor, address, action, target, detail)
                VALUES (:at, :actor, :address, :action, :target, :detail)""")
        int add(
                @Bind("at") long at,
                @Bind("actor") @Nullable String actor,
                @Bind("address") @Nullable String address,
                @Bind("action") String action,
                @Bind("target") @Nullable String target,
                @Bind("detail") @Nullable String detail);

        @SqlQuery("SELECT * FROM audit ORDER BY id DESC LIMIT :limit OFFSET :offset")
        List<AuditEntry> list(@Bind("limit") int limit, @Bind("offset") long offset);

        @SqlQuery("SELECT count(*) FROM audit WHERE id > :after AND id <= :upTo")
        long count(@Bind("after") long after, @Bind("upTo") long upTo);

        @SqlQuery("SELECT COALESCE(max(id), 0) FROM audit")
        long newest();
    }

    /** A row as an entry; a JDBI row mapper. */
    static AuditEntry map(ResultSet row, StatementContext context) throws SQLException {
        return new AuditEntry(
                Instant.ofEpochMilli(row.getLong("at")),
                row.getString("actor"),
                row.getString("address"),
                row.getString("action"),
                row.getString("target"),
                row.getString("detail"));
    }
}
