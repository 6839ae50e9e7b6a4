package dev.quark.persistence;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.quark.core.problem.UnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** PostgreSQL through a pool: one transaction a call, repeated where another node's came first. */
final class PostgresDatabase implements Database {

    private static final int CONNECTIONS = 10;
    private static final int ATTEMPTS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long a statement may take to answer; {@code socketTimeout} in the URL says otherwise. */
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private static final String ONE_VIEW = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

    private final HikariDataSource pool;
    private final Jdbi jdbi;

    private PostgresDatabase(HikariDataSource pool) {
        this.pool = pool;
        this.jdbi = Dialect.POSTGRESQL.configure(Jdbi.create(pool));
    }

    static PostgresDatabase open(Persistence.Settings settings) {
        return open(settings, ANSWER);
    }

    static PostgresDatabase open(Persistence.Settings settings, Duration answer) {
        HikariDataSource pool = null;
        try {
            pool = pool(settings, answer);
            try (Connection connection = pool.getConnection()) {
                Migrations.run(Dialect.POSTGRESQL, connection, pool);
            }
            return new PostgresDatabase(pool);
        } catch (HikariPool.PoolInitializationException | FlywayException | SQLException e) {
            if (pool != null) {
                pool.close();
            }
            throw new UnavailableException("DATABASE_URL: " + shown(settings) + " can't be used: " + reason(e), e);
        } catch (RuntimeException e) {
            if (pool != null) {
                pool.close();
            }
            throw e;
        }
    }

    @Override
    public <T extends @Nullable Object> T write(Unit<T> unit) {
        for (int attempt = 1; ; attempt++) {
            try {
                return jdbi.inTransaction(handle -> unit.run(session(handle)));
            } catch (RuntimeException | SQLException e) {
                if (attempt == ATTEMPTS || !SqlFaults.isRace(e)) {
                    throw SqlFaults.translate(e);
                }
            }
        }
    }

    @Override
    public <T extends @Nullable Object> T read(Unit<T> unit) {
        try {
            return jdbi.inTransaction(handle -> {
                handle.execute(ONE_VIEW);
                return unit.run(session(handle));
            });
        } catch (RuntimeException | SQLException e) {
            throw SqlFaults.translate(e);
        }
    }

    @Override
    public boolean isReachable() {
        try (Connection connection = pool.getConnection()) {
            return connection.isValid((int) PATIENCE.toSeconds());
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public DatabaseFigures figures() {
        long bytes = read(session -> session.query("SELECT pg_database_size(current_database())")
                .mapTo(long.class)
                .one());
        return new DatabaseFigures(DatabaseFigures.Pool.of(pool), -1, bytes, -1);
    }

    @Override
    public void close() {
        pool.close();
    }

    /** The pool closes a connection's statements when it gets it back. */
    private static Session session(Handle handle) {
        return new Session(handle, Dialect.POSTGRESQL, handle.getConnection()::prepareStatement);
    }

    private static HikariDataSource pool(Persistence.Settings settings, Duration answer) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("postgresql");
        config.setJdbcUrl(settings.jdbcUrl());
        config.setUsername(settings.user());
        config.setPassword(
                settings.password() == null ? null : settings.password().reveal());
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(PATIENCE.toMillis());
        // Without it a call waits for ever where the server's machine is gone and nobody says so.
        config.addDataSourceProperty("socketTimeout", Long.toString(answer.toSeconds()));
        config.addDataSourceProperty("tcpKeepAlive", "true");
        return new HikariDataSource(config);
    }

    /** Without its parameters, of which one may be the password of a key. */
    private static String shown(Persistence.Settings settings) {
        return settings.jdbcUrl().replaceFirst("\\?.*", "");
    }

    private static String reason(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
