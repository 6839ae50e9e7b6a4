package dev.quark.persistence;

import dev.quark.core.problem.InvalidException;
import dev.quark.core.secret.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code DATABASE_URL}. No message shows any part of it: it holds a password. */
final class DatabaseUrl {

    static final String JDBC_SQLITE = "jdbc:sqlite:";
    static final String JDBC_POSTGRESQL = "jdbc:postgresql:";

    private static final String FORMS =
            "must be sqlite:///./app.db, sqlite:////absolute/path.db or postgresql://user:password@host:5432/database";

    /** Drivers as other programs name them ({@code postgresql+psycopg2}) are passed over. */
    private static final Pattern POSTGRESQL = Pattern.compile("(?:postgresql|postgres)(?:\\+\\w+)?://(.*)");

    private static final Pattern SQLITE = Pattern.compile("sqlite(?:\\+\\w+)?://(?:/(.*))?");

    private static final String HOST = "(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::\\d{1,5})?";

    private static final Pattern HOSTS = Pattern.compile(HOST + "(?:," + HOST + ")*");

    private DatabaseUrl() {}

    static Persistence.Settings parse(String url) {
        String text = url.strip();
        if (text.startsWith(JDBC_SQLITE)) {
            return sqlite(text.substring(JDBC_SQLITE.length()));
        }
        String plain = text.startsWith("jdbc:") ? text.substring("jdbc:".length()) : text;
        Matcher sqlite = SQLITE.matcher(plain);
        if (sqlite.matches()) {
            String path = sqlite.group(1);
            return sqlite(path == null ? "" : path);
        }
        Matcher postgresql = POSTGRESQL.matcher(plain);
        if (postgresql.matches()) {
            return postgresql(postgresql.group(1));
        }
        throw invalid(FORMS);
    }

    private static Persistence.Settings sqlite(String path) {
        if (path.isEmpty() || path.endsWith("/") || path.contains(":memory:") || path.startsWith("file:")) {
            throw invalid("must name a file, such as sqlite:///./app.db or sqlite:////absolute/path.db");
        }
        if (path.indexOf('?') >= 0) {
            throw invalid("must name an SQLite file without parameters, such as sqlite:///./app.db");
        }
        return new Persistence.Settings(JDBC_SQLITE + path, null, null);
    }

    private static Persistence.Settings postgresql(String rest) {
        // What follows the first ? after the password is parameters; an @ in the password may be there unescaped.
        int question = rest.indexOf('?', Math.max(0, rest.indexOf('@')));
        String main = question < 0 ? rest : rest.substring(0, question);
        int at = main.lastIndexOf('@');
        String[] account = (at < 0 ? "" : main.substring(0, at)).split(":", 2);
        String location = main.substring(at + 1);
        int slash = location.indexOf('/');
        String hosts = slash < 0 ? location : location.substring(0, slash);
        String name = slash < 0 ? "" : location.substring(slash + 1);
        if (name.isEmpty() || name.indexOf('/') >= 0) {
            throw invalid("must name a database after the host, such as postgresql://user:password@host:5432/quark");
        }
        if (!hosts.isEmpty() && !HOSTS.matcher(hosts).matches()) {
            throw invalid("must name a host and a port of at most five digits, such as"
                    + " postgresql://user:password@host:5432/quark; escape :, @, / and ? in a password"
                    + " (%3A, %40, %2F, %3F)");
        }
        Parameters parameters = Parameters.of(question < 0 ? "" : rest.substring(question + 1));
        String user = account[0].isEmpty() ? parameters.user() : decoded(account[0]);
        String password = account.length < 2 ? parameters.password() : decoded(account[1]);
        return new Persistence.Settings(
                JDBC_POSTGRESQL + "//" + (hosts.isEmpty() ? "localhost" : hosts) + "/" + name + parameters.others(),
                user,
                password == null ? null : Secret.of(password));
    }

    private static InvalidException invalid(String message) {
        return new InvalidException("DATABASE_URL", message);
    }

    private static String decoded(String escaped) {
        try {
            return URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // A % that begins no escape stands for itself.
            return escaped;
        }
    }

    /**
     * What follows the question mark.
     *
     * @param others all but user and password, with the question mark
     */
    private record Parameters(
            @Nullable String user, @Nullable String password, String others) {

        static Parameters of(String query) {
            String user = null;
            String password = null;
            List<String> others = new ArrayList<>();
            for (String parameter : query.split("&", -1)) {
                if (parameter.startsWith("user=")) {
                    user = decoded(parameter.substring("user=".length()));
                } else if (parameter.startsWith("password=")) {
                    password = decoded(parameter.substring("password=".length()));
                } else if (!parameter.isEmpty()) {
                    others.add(parameter);
                }
            }
            return new Parameters(user, password, others.isEmpty() ? "" : "?" + String.join("&", others));
        }
    }
}
