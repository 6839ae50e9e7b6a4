package dev.quark.persistence;

import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.jspecify.annotations.Nullable;

/** A database and how work is done in it. Safe for use by many threads. */
interface Database extends AutoCloseable {

    /** Reads what is committed. */
    <T extends @Nullable Object> T read(Function<Session, T> work);

    /**
     * Does something in one transaction, durable when this returns. The work may be done twice, so it has no effect beside
     * the transaction; whatever it throws undoes it and is thrown on.
     */
    <T extends @Nullable Object> T write(Function<Session, T> work);

    /** What a query adds so that nobody else changes its rows until the transaction ends; empty where nobody else could. */
    String lock();

    /** JDBI on a pool. */
    static Jdbi jdbi(DataSource pool) {
        return Jdbi.create(pool).installPlugin(new SqlObjectPlugin());
    }

    @Override
    void close();
}
