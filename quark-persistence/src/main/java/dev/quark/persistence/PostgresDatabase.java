package dev.quark.persistence;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.quark.core.secret.Secret;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL database: a transaction a call, on a pool of connections. */
final class PostgresDatabase implements Database {

    private static final int CONNECTIONS = 16;

    private final HikariDataSource pool;
    private final Jdbi jdbi;

    PostgresDatabase(String jdbcUrl, @Nullable String user, @Nullable Secret password) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        if (user != null) {
            config.setUsername(user);
        }
        if (password != null) {
            config.setPassword(password.reveal());
        }
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(2);
        config.setPoolName("postgresql");
        pool = new HikariDataSource(config);
        try {
            Migrations.migrate(pool, "postgresql");
            jdbi = Database.jdbi(pool);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    @Override
    public <T extends @Nullable Object> T read(Function<Session, T> work) {
        return jdbi.withHandle(handle -> work.apply(new Session(handle)));
    }

    @Override
    public <T extends @Nullable Object> T write(Function<Session, T> work) {
        return jdbi.inTransaction(handle -> work.apply(new Session(handle)));
    }

    @Override
    public String lock() {
        return " FOR UPDATE";
    }

    @Override
    public void close() {
        pool.close();
    }
}
