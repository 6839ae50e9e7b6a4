package dev.quark.persistence;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * A SQLite file in WAL mode: one connection writes, group by group; a few others read meanwhile. Every commit is on disk
 * before it is answered (synchronous=FULL).
 */
final class SqliteDatabase implements Database {

    private static final int READERS = 3;

    private final HikariDataSource writing;
    private final HikariDataSource reading;
    private final Jdbi readers;
    private final GroupCommit writer;

    SqliteDatabase(Path file) {
        create(file);
        writing = pool(file, 1);
        try {
            Migrations.migrate(writing, "sqlite");
            reading = pool(file, READERS);
            readers = Database.jdbi(reading);
            writer = new GroupCommit(Database.jdbi(writing).open());
        } catch (RuntimeException e) {
            writing.close();
            throw e;
        }
    }

    /** The file, for its owner alone, before SQLite would make it for everybody. */
    private static void create(Path file) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            // Made at an earlier start.
        } catch (IOException e) {
            throw new UncheckedIOException("The database " + file + " can't be made", e);
        }
    }

    private static HikariDataSource pool(Path file, int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:sqlite:" + file.toAbsolutePath());
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setMaxLifetime(0);
        config.setIdleTimeout(0);
        config.setPoolName(size == 1 ? "sqlite-writer" : "sqlite-readers");
        config.addDataSourceProperty("journal_mode", "WAL");
        config.addDataSourceProperty("synchronous", "FULL");
        config.addDataSourceProperty("foreign_keys", "true");
        config.addDataSourceProperty("busy_timeout", "10000");
        config.addDataSourceProperty("transaction_mode", "IMMEDIATE");
        config.addDataSourceProperty("cache_size", "-4000");
        return new HikariDataSource(config);
    }

    @Override
    public <T extends @Nullable Object> T read(Function<Session, T> work) {
        return readers.withHandle(handle -> work.apply(new Session(handle)));
    }

    @Override
    public <T extends @Nullable Object> T write(Function<Session, T> work) {
        return writer.write(work);
    }

    @Override
    public String lock() {
        return "";
    }

    @Override
    public void close() {
        writer.close();
        reading.close();
        writing.close();
    }
}
