package dev.quark.persistence;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A database as the stores see it. Safe for use by many threads. */
interface Database extends AutoCloseable {

    /**
     * Does a unit of work in a transaction, durable when this returns. What the unit throws undoes it and is thrown on;
     * what the database throws comes as {@link SqlFaults} sorts it.
     */
    <T extends @Nullable Object> T write(Unit<T> unit);

    /** Reads, with one view of the data throughout. */
    <T extends @Nullable Object> T read(Unit<T> unit);

    /** Whether it answers. */
    boolean isReachable();

    /** How it is. */
    DatabaseFigures figures();

    @Override
    void close();

    /**
     * A unit of work. One that changes nothing gives false or an empty Optional: then nobody's audit entry is stored with
     * it. It may be run twice, the first run undone, so it has no effect beside the database and its
     * result.
     */
    @FunctionalInterface
    interface Unit<T extends @Nullable Object> {

        T run(Session session) throws SQLException;
    }
}
