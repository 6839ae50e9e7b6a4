package dev.quark.persistence;

import dev.quark.core.problem.InvalidException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings a database to the version that this code knows. */
final class Migrations {

    /** The newest script in db/migration. A test compares them. */
    static final int VERSION = 1;

    private static final String NEWEST =
            "SELECT max(cast(version AS INTEGER)) FROM flyway_schema_history WHERE success";

    private Migrations() {}

    /** Flyway's classes take longer to load than all else at a start, so it is asked only where there is work for it. */
    static void migrate(DataSource database, String dialect) {
        int found = version(database);
        if (found > VERSION) {
            throw new InvalidException(
                    "DATABASE_URL",
                    "names a database of a newer QUARK (schema version " + found + ", this one knows " + VERSION
                            + "): start that version, or restore a backup");
        }
        if (found < VERSION) {
            Flyway.configure()
                    .dataSource(database)
                    .locations("classpath:db/migration/" + dialect)
                    .load()
                    .migrate();
        }
    }

    private static int version(DataSource database) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(NEWEST)) {
            return rows.next() ? rows.getInt(1) : 0;
        } catch (SQLException e) {
            // A database without a schema, or one that can't be reached: Flyway finds out, and says so.
            return 0;
        }
    }
}
