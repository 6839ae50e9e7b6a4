package dev.quark.core.source;

import dev.quark.core.problem.InvalidException;
import java.util.regex.Pattern;

/**
 * The full name of a commit: 40 (SHA-1) lower-case hex digits.
 *
 * @param value the digits
 */
public record CommitSha(String value) {

    private static final Pattern VALID = Pattern.compile("[0-9a-f]{40}");

    /** @throws InvalidException for anything else, abbreviations included */
    public CommitSha {
        if (!VALID.matcher(value).matches()) {
            throw new InvalidException("commit_sha", "must be a commit's full name of 40 hex digits, in lower case");
        }
    }

    /** The first seven digits, as git shows them. */
    public String abbreviated() {
        return value.substring(0, 7);
    }

    @Override
    public String toString() {
        return value;
    }
}
