package dev.quark.core.config;

import dev.quark.core.problem.InvalidException;
import java.util.List;

/**
 * A folder of the repository, relative to its root. That no symbolic link of the repository leads out of the checkout is
 * seen to when a command is started in it.
 *
 * @param value the path with {@code /} between its parts; empty for the root
 */
public record WorkingDirectory(String value) {

    /** The repository's root. */
    public static final WorkingDirectory ROOT = new WorkingDirectory("");

    /** @throws InvalidException for a path that is absolute or leads out of the repository */
    public WorkingDirectory {
        value = value.equals(".") ? "" : value.replaceAll("^\\./|/$", "");
        List<String> parts = List.of(value.split("/", -1));
        boolean leaves =
                parts.contains("..") || parts.contains(".git") || value.startsWith("/") || value.startsWith("~");
        if (leaves
                || (parts.contains("") && !value.isEmpty())
                || value.length() > 500
                || value.indexOf('\\') >= 0
                || value.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidException(
                    "working_directory", "must be a folder inside the repository, relative to its root and without ..");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
