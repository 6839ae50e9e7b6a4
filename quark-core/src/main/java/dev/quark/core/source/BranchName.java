package dev.quark.core.source;

import dev.quark.core.problem.InvalidException;
import java.util.regex.Pattern;

/**
 * A branch's name, by the rules of <a href="https://git-scm.com/docs/git-check-ref-format">git check-ref-format
 * --branch</a>; so it never begins with {@code -} and can't be taken for an option.
 *
 * @param value the name without {@code refs/heads/}, at most 250 characters
 */
public record BranchName(String value) {

    private static final Pattern FORBIDDEN = Pattern.compile(
            "^-|^/|/$|//|\\.\\.|^\\.|/\\.|\\.$|\\.lock$|\\.lock/|@\\{|^@$|[\\x00-\\x20\\x7f~^:?*\\[\\\\]");

    /** @throws InvalidException for text that git takes for no branch */
    public BranchName {
        if (value.isEmpty() || value.length() > 250 || FORBIDDEN.matcher(value).find()) {
            throw new InvalidException("branch", "must be the name of a branch, by git's rules, such as main");
        }
    }

    /** The full name of the branch's ref. */
    public String ref() {
        return "refs/heads/" + value;
    }

    @Override
    public String toString() {
        return value;
    }
}
