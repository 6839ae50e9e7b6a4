package dev.quark.core.config;

import dev.quark.core.problem.InvalidException;
import java.util.regex.Pattern;

/**
 * The name of the environment that a config deploys to, such as {@code production}.
 *
 * @param value 1 to 60 letters, digits, {@code .}, {@code _} and {@code -}, beginning with a letter or a digit
 */
public record ConfigName(String value) {

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,59}");

    /** The name of a config that was given none. */
    public static final ConfigName DEFAULT = new ConfigName("production");

    /** @throws InvalidException for anything else */
    public ConfigName {
        if (!VALID.matcher(value).matches()) {
            throw new InvalidException(
                    "name", "must be 1 to 60 letters, digits, dots, underscores and hyphens, such as production");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
