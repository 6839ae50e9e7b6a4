package dev.quark.persistence;

import dev.quark.core.problem.InvalidException;
import dev.quark.core.secret.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which database to use, as {@code DATABASE_URL} names it. */
public final class Settings {

    private final @Nullable Path file;
    private final String jdbcUrl;
    private final @Nullable String user;
    private final @Nullable Secret password;

    private Settings(@Nullable Path file, String jdbcUrl, @Nullable String user, @Nullable Secret password) {
        this.file = file;
        this.jdbcUrl = jdbcUrl;
        this.user = user;
        this.password = password;
    }

    /**
     * Reads a URL: {@code sqlite:///relative.db}, {@code sqlite:////absolute.db},
     * {@code postgresql://user:password@host:5432/database?options}, also as {@code postgres://} and behind {@code jdbc:}.
     *
     * @param directory what a relative file is relative to
     * @throws InvalidException for anything else; it doesn't show the URL
     */
    public static Settings parse(Secret url, Path directory) {
        String text = url.reveal().strip().replaceFirst("^jdbc:", "");
        if (text.startsWith("sqlite:")) {
            return sqlite(text, directory);
        }
        if (text.startsWith("postgresql:") || text.startsWith("postgres:")) {
            return postgresql(text.replaceFirst("^postgres:", "postgresql:"));
        }
        throw invalid();
    }

    private static Settings sqlite(String url, Path directory) {
        String name =
                url.startsWith("sqlite:///") ? url.substring("sqlite:///".length()) : url.substring("sqlite:".length());
        if (name.isEmpty() || name.startsWith("//") || name.contains("?")) {
            throw invalid();
        }
        try {
            return new Settings(directory.resolve(name).normalize(), "", null, null);
        } catch (InvalidPathException e) {
            throw invalid();
        }
    }

    private static Settings postgresql(String url) {
        try {
            URI uri = new URI(url);
            String database = uri.getRawPath();
            if (uri.getHost() == null || database == null || database.length() < 2) {
                throw invalid();
            }
            String[] login = uri.getUserInfo() == null
                    ? new String[0]
                    : uri.getUserInfo().split(":", 2);
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            return new Settings(
                    null,
                    "jdbc:postgresql://" + uri.getHost() + port + database + query,
                    login.length > 0 ? login[0] : null,
                    login.length > 1 ? Secret.of(login[1]) : null);
        } catch (URISyntaxException e) {
            throw invalid();
        }
    }

    Database open() {
        return file != null ? new SqliteDatabase(file) : new PostgresDatabase(jdbcUrl, user, password);
    }

    private static InvalidException invalid() {
        return new InvalidException(
                "DATABASE_URL",
                "must be sqlite:///./file.db, sqlite:////absolute/file.db or postgresql://user:password@host:5432/database");
    }
}
