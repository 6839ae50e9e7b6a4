package dev.quark.core.source;

import dev.quark.core.problem.InvalidException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A repository's full name, {@code owner/name}. Names that differ in case alone are equal, as they are on GitHub; the
 * spelling that was given is kept.
 *
 * @param value the full name, at most 200 characters
 */
public record RepositoryName(String value) {

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*/[A-Za-z0-9._-]+");

    /** @throws InvalidException for text that is no full name */
    public RepositoryName {
        if (value.length() > 200
                || !VALID.matcher(value).matches()
                || value.endsWith("/.")
                || value.endsWith("/..")
                || value.contains("/-")) {
            throw new InvalidException("repo_full_name", "must be a repository's full name such as octo-org/octo-repo");
        }
    }

    /** The form by which names are compared and stored: lower case. */
    public String key() {
        return value.toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RepositoryName that && key().equals(that.key());
    }

    @Override
    public int hashCode() {
        return key().hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
