package dev.quark.persistence;

import dev.quark.core.secret.Secret;
import dev.quark.core.testing.Stores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A new database for each test: a file, or one of a PostgreSQL that all tests share. */
final class TestDatabases {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static @Nullable EmbeddedPostgres server;

    private TestDatabases() {}

    static Stores sqlite() {
        try {
            Path folder = Files.createTempDirectory("quark-sqlite-");
            return open(Secret.of("sqlite:///" + folder.resolve("test.db")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stores postgresql() {
        return open(postgresqlUrl());
    }

    static Stores open(Secret url) {
        return new StoresOf(Persistence.open(Settings.parse(url, Path.of("").toAbsolutePath()), StoresOf.SECRETS));
    }

    /** The URL of a new, empty database. */
    static synchronized Secret postgresqlUrl() {
        String name = "quark" + NUMBER.incrementAndGet();
        try {
            if (server == null) {
                server = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .setServerConfig("max_connections", "200")
                        .start();
            }
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            }
            return Secret.of("postgresql://postgres:postgres@localhost:" + server.getPort() + "/" + name);
        } catch (IOException | SQLException e) {
            throw new IllegalStateException("PostgreSQL could not be started", e);
        }
    }
}
