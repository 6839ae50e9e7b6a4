package dev.quark.persistence;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/**
 * What a unit of work works with; it doesn't outlive the unit.
 *
 * @param handle JDBI's handle on the transaction
 * @param dialect what the database understands
 * @param statements prepares statements for hot paths, where JDBI would cost more than the database
 */
record Session(Handle handle, Dialect dialect, Statements statements) {

    Query query(String sql) {
        return handle.createQuery(sql);
    }

    Update update(String sql) {
        return handle.createUpdate(sql);
    }

    <E> E attach(Class<E> sqlObject) {
        return handle.attach(sqlObject);
    }

    /** A statement with its parameters still to be set; not to be closed by the caller. */
    PreparedStatement prepare(String sql) throws SQLException {
        return statements.prepare(sql);
    }

    void set(PreparedStatement statement, int index, @Nullable UUID value) throws SQLException {
        dialect.set(statement, index, value);
    }

    /** Prepares statements; whoever implements it closes them. */
    @FunctionalInterface
    interface Statements {

        PreparedStatement prepare(String sql) throws SQLException;
    }
}
