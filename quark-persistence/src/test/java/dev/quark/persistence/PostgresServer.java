package dev.quark.persistence;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL, one for all tests; it ends with the JVM. */
final class PostgresServer {

    private static final EmbeddedPostgres SERVER = start();
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private PostgresServer() {}

    /** The {@code DATABASE_URL} of a new database without tables. */
    static String newDatabase() {
        String name = "quark_" + COUNTER.incrementAndGet();
        execute("postgres", "CREATE DATABASE " + name);
        return "postgresql://postgres:postgres@localhost:" + SERVER.getPort() + "/" + name;
    }

    /** Empties every table of a database. */
    static void empty(String url) {
        execute(url.substring(url.lastIndexOf('/') + 1), """
                DO $$ BEGIN
                    EXECUTE (SELECT 'TRUNCATE ' || string_agg(format('%I', tablename), ', ') || ' RESTART IDENTITY'
                        FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'flyway_schema_history');
                END $$""");
    }

    static void execute(String database, String sql) {
        try (Connection connection = DriverManager.getConnection(SERVER.getJdbcUrl("postgres", database));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "off")
                    .setServerConfig("max_connections", "60")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
