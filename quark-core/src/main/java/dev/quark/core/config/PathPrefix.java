package dev.quark.core.config;

import dev.quark.core.problem.InvalidException;
import java.util.regex.Pattern;

/**
 * The part of a host that an app answers for: the path itself and what is below it. {@code /api} has {@code /api} and {@code
 * /api/users}, but not {@code /apis}.
 *
 * @param value the path, without a {@code /} at its end unless it is the root
 */
public record PathPrefix(String value) {

    /** The whole host. */
    public static final PathPrefix ROOT = new PathPrefix("/");

    private static final Pattern SAFE = Pattern.compile("(/[A-Za-z0-9._~!$&'()*+,;=:@-]+)+");

    /** @throws InvalidException for what is no path, or one that a client could spell in several ways */
    public PathPrefix {
        value = value.length() > 1 && value.endsWith("/") && !value.endsWith("//")
                ? value.substring(0, value.length() - 1)
                : value;
        if (!value.equals("/")
                && (value.length() > 500
                        || !SAFE.matcher(value).matches()
                        || (value + "/").contains("/./")
                        || (value + "/").contains("/../"))) {
            throw new InvalidException(
                    "path_prefix",
                    "must be a path such as / or /api: it begins with /, and has no //, no .. and no character that"
                            + " URLs escape");
        }
    }

    /** Whether a request's path, as the client wrote it and without the query, lies under this one. */
    public boolean matches(String path) {
        return value.equals("/")
                || path.equals(value)
                || (path.startsWith(value) && path.charAt(value.length()) == '/');
    }

    /** The path without this prefix; always begins with {@code /}. */
    public String strip(String path) {
        String rest = value.equals("/") ? path : path.substring(value.length());
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    @Override
    public String toString() {
        return value;
    }
}
