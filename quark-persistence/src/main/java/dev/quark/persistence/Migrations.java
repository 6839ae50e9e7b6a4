package dev.quark.persistence;

import dev.quark.core.problem.InvalidException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings a database to the newest schema. Where it is there already one query says so, and Flyway isn't even loaded. */
final class Migrations {

    /** The newest version in {@code db/migration}. */
    static final int NEWEST = 1;

    private static final int NONE = 0;

    private Migrations() {}

    /**
     * Migrates.
     *
     * @param connection on which to look
     * @param source gives the connections on which to migrate
     * @throws InvalidException where the schema is newer than this version of QUARK
     */
    static void run(Dialect dialect, Connection connection, DataSource source) throws SQLException {
        int version = version(dialect, connection);
        if (version > NEWEST) {
            throw new InvalidException(
                    "DATABASE_URL",
                    "the database was used by a newer version of QUARK (its schema is " + version
                            + ", this version knows " + NEWEST
                            + "): start that version, or restore a backup from before it");
        }
        if (version < NEWEST) {
            Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(source)
                    .locations("classpath:db/migration/" + dialect.folder)
                    .load()
                    .migrate();
        }
    }

    private static int version(Dialect dialect, Connection connection) throws SQLException {
        String history = dialect == Dialect.SQLITE
                ? "SELECT count(*) FROM sqlite_schema WHERE name = 'flyway_schema_history'"
                : "SELECT count(to_regclass('flyway_schema_history'))";
        return number(connection, history) == 0
                ? NONE
                : number(connection, "SELECT max(CAST(version AS INTEGER)) FROM flyway_schema_history WHERE success");
    }

    private static int number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getInt(1) : NONE;
        }
    }
}
