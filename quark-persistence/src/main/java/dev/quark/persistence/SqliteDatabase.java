package dev.quark.persistence;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * One SQLite file in WAL mode: one connection writes, on one thread that commits in groups; a few others read. Every commit
 * waits until it is on disk (synchronous=FULL).
 */
final class SqliteDatabase implements Database {

    static final int PAGE_BYTES = 4096;

    private static final int READERS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path file;
    private final Connection writer;
    private final GroupCommit commits;
    private final Checkpoints checkpoints;
    private final HikariDataSource pool;
    private final Jdbi readers;

    private SqliteDatabase(Path file, Connection writer, Checkpoints checkpoints, HikariDataSource pool) {
        this.file = file;
        this.writer = writer;
        this.checkpoints = checkpoints;
        this.pool = pool;
        this.readers = Dialect.SQLITE.configure(Jdbi.create(pool));
        Jdbi single = Dialect.SQLITE.configure(Jdbi.create(() -> writer));
        this.commits = new GroupCommit(new Transactions(writer, single.open(), checkpoints), PATIENCE);
    }

    static SqliteDatabase open(Persistence.Settings settings) {
        Path file = SqliteFile.create(Path.of(settings.jdbcUrl().substring(DatabaseUrl.JDBC_SQLITE.length())));
        String url = DatabaseUrl.JDBC_SQLITE + file;
        Connection writer = null;
        try {
            writer = source(url, false).getConnection();
            Migrations.run(Dialect.SQLITE, writer, source(url, false));
            return new SqliteDatabase(file, writer, Checkpoints.start(writer, source(url, false)), pool(url));
        } catch (SQLException | RuntimeException e) {
            closeQuietly(writer);
            throw e instanceof RuntimeException runtime && !(e instanceof IllegalStateException)
                    ? runtime
                    : unusable(file, e);
        }
    }

    @Override
    public <T extends @Nullable Object> T write(Unit<T> unit) {
        return commits.run(unit);
    }

    @Override
    public <T extends @Nullable Object> T read(Unit<T> unit) {
        try {
            return readers.inTransaction(handle -> unit.run(session(handle)));
        } catch (RuntimeException | SQLException e) {
            throw SqlFaults.translate(e);
        }
    }

    @Override
    public boolean isReachable() {
        try {
            return commits.isAlive()
                    && read(session ->
                                    session.query("SELECT 1").mapTo(int.class).one())
                            == 1;
        } catch (UnavailableException | IllegalStateException e) {
            return false;
        }
    }

    @Override
    public DatabaseFigures figures() {
        return new DatabaseFigures(
                DatabaseFigures.Pool.of(pool),
                commits.waiting(),
                size(file),
                size(file.resolveSibling(file.getFileName() + "-wal")));
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            // There is no log yet.
            return 0;
        }
    }

    @Override
    public void close() {
        commits.close();
        checkpoints.close();
        pool.close();
        // The last connection: it brings the whole log into the file and removes it.
        closeQuietly(writer);
    }

    /** How many units wait for the writer. */
    int waiting() {
        return commits.waiting();
    }

    private static Session session(Handle handle) {
        return new Session(handle, Dialect.SQLITE, handle.getConnection()::prepareStatement);
    }

    private static SQLiteDataSource source(String url, boolean readOnly) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout((int) PATIENCE.toMillis());
        config.enforceForeignKeys(true);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setReadOnly(readOnly);
        if (!readOnly) {
            config.setPageSize(PAGE_BYTES);
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
            config.setJournalSizeLimit(Checkpoints.KEPT_BYTES);
            config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, "0");
        }
        config.setCacheSize(readOnly ? -1000 : -8000);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl(url);
        return source;
    }

    private static HikariDataSource pool(String url) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("sqlite-readers");
        config.setDataSource(source(url, true));
        config.setReadOnly(true);
        config.setMaximumPoolSize(READERS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(PATIENCE.toMillis());
        return new HikariDataSource(config);
    }

    private static InvalidException unusable(Path file, Exception cause) {
        String reason =
                cause.getCause() == null ? cause.getMessage() : cause.getCause().getMessage();
        InvalidException invalid = new InvalidException(
                "DATABASE_URL", "the database " + file + " can't be opened: " + (reason == null ? cause : reason));
        invalid.initCause(cause);
        return invalid;
    }

    private static void closeQuietly(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            System.getLogger(SqliteDatabase.class.getName())
                    .log(System.Logger.Level.WARNING, "The database was not closed cleanly", e);
        }
    }

    /** The writer's transactions. */
    private static final class Transactions implements GroupCommit.Transactions {

        private final StatementCache statements;
        private final Session session;
        private final Checkpoints checkpoints;
        private boolean begun;

        Transactions(Connection connection, Handle handle, Checkpoints checkpoints) {
            this.statements = new StatementCache(connection);
            this.session = new Session(handle, Dialect.SQLITE, statements);
            this.checkpoints = checkpoints;
        }

        @Override
        public Session begin() throws SQLException {
            statements.prepare("BEGIN IMMEDIATE").executeUpdate();
            begun = true;
            return session;
        }

        @Override
        public void commit() throws SQLException {
            statements.prepare("COMMIT").executeUpdate();
            begun = false;
            checkpoints.committed();
        }

        @Override
        public void rollback() throws SQLException {
            if (begun) {
                begun = false;
                statements.prepare("ROLLBACK").executeUpdate();
            }
        }
    }
}
