package dev.quark.core.config;

import dev.quark.core.problem.InvalidException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which hosts an app answers for: one host ({@code app.example.com}), all below one ({@code *.example.com}, but not {@code
 * example.com} itself), or any ({@code *}).
 *
 * @param value the pattern in lower case
 */
public record HostPattern(String value) {

    /** Every host that nothing more exact claims. */
    public static final HostPattern ANY = new HostPattern("*");

    private static final Pattern HOST =
            Pattern.compile("[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*");

    /** @throws InvalidException for what is no pattern */
    public HostPattern {
        value = value.toLowerCase(Locale.ROOT);
        String host = value.startsWith("*.") ? value.substring(2) : value;
        if (!value.equals("*") && (value.length() > 253 || !HOST.matcher(host).matches())) {
            throw new InvalidException(
                    "hosts",
                    "must be host names such as app.example.com, *.example.com for all below one, or * for any; no port,"
                            + " no path, and xn--… for letters beyond a to z");
        }
    }

    /** Whether the app answers for a host, given in lower case and without a port. */
    public boolean matches(String host) {
        return isAny() || (isWildcard() ? host.endsWith(value.substring(1)) : host.equals(value));
    }

    /** Whether it is {@code *}. */
    public boolean isAny() {
        return value.equals("*");
    }

    /** Whether it is {@code *.} and a host. */
    public boolean isWildcard() {
        return value.startsWith("*.");
    }

    @Override
    public String toString() {
        return value;
    }
}
