package dev.quark.persistence;

import dev.quark.core.identity.AuditEntry;
import dev.quark.core.identity.AuditLog;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

final class JdbiAuditLog implements AuditLog {

    private final Database database;

    JdbiAuditLog(Database database) {
        this.database = database;
    }

    @Override
    public void record(AuditEntry entry) {
        database.write(session -> {
            session.handle()
                    .attach(Statements.class)
                    .add(
                            entry.at().toEpochMilli(),
                            entry.actor(),
                            entry.address(),
                            entry.action(),
                            entry.target(),
                            entry.detail());
            return true;
        });
    }

    @Override
    public List<AuditEntry> list(int limit, long offset) {
        return database.read(
                session -> session.handle().attach(Statements.class).list(limit, offset));
    }

    /** The statements. */
    @RegisterRowMapper(Mapper.class)
    public interface Statements {

        @SqlUpdate("INSERT INTO audit_log (at, actor, address, action, target, detail)"
                + " VALUES (:at, :actor, :address, :action, :target, :detail)")
        void add(long at, String actor, String address, String action, String target, String detail);

        @SqlQuery("SELECT * FROM audit_log ORDER BY id DESC LIMIT :limit OFFSET :offset")
        List<AuditEntry> list(int limit, long offset);
    }

    /** An entry from a row. */
    public static final class Mapper implements RowMapper<AuditEntry> {

        @Override
        public AuditEntry map(ResultSet row, StatementContext context) throws SQLException {
            return new AuditEntry(
                    Instant.ofEpochMilli(row.getLong("at")),
                    row.getString("actor"),
                    row.getString("address"),
                    row.getString("action"),
                    row.getString("target"),
                    row.getString("detail"));
        }
    }
}
