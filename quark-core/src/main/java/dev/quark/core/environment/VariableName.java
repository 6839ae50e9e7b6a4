package dev.quark.core.environment;

import dev.quark.core.problem.InvalidException;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The name of an environment variable: {@code [A-Za-z_][A-Za-z0-9_]*}, at most 255 characters. What somebody chooses goes
 * through {@link #chosen}; a name that was stored before QUARK took it for itself stays readable.
 *
 * @param value the name
 */
public record VariableName(String value) implements Comparable<VariableName> {

    /** The variables that QUARK adds to every deploy command. */
    public static final Set<String> RESERVED =
            Set.of("DEPLOYMENT_ID", "REPO_NAME", "COMMIT_SHA", "BRANCH", "RELEASE_DIR");

    private static final Pattern VALID = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");

    /** @throws InvalidException for a name that isn't one */
    public VariableName {
        if (!VALID.matcher(value).matches()) {
            throw new InvalidException(
                    "name",
                    "\"" + printable(value)
                            + "\" is no name for a variable: use letters, digits and _, and don't begin with a digit");
        }
    }

    /** @throws InvalidException for a name that isn't one, or that QUARK sets itself */
    public static VariableName chosen(String name) {
        VariableName valid = new VariableName(name);
        if (valid.isReserved()) {
            throw new InvalidException("name", name + " is set by QUARK for every deployment: choose another name");
        }
        return valid;
    }

    /** Whether QUARK sets it itself, so that a value stored for it means nothing. */
    public boolean isReserved() {
        return RESERVED.contains(value);
    }

    @Override
    public int compareTo(VariableName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static String printable(String text) {
        String shown = text.replaceAll("\\p{Cntrl}", "?");
        return shown.length() > 60 ? shown.substring(0, 60) + "…" : shown;
    }
}
