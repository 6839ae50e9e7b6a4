package dev.quark.app;

import dev.quark.core.problem.Faults;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads variables from several sources, the first that has one counts, and collects what is wrong with them. An empty value
 * is no value.
 */
final class SettingsReader {

    private final List<Map<String, String>> sources;
    private final Path directory;
    private final Faults faults = new Faults();

    /**
     * A reader of variables.
     *
     * @param sources the first that has a variable counts
     * @param directory what relative paths are relative to
     */
    SettingsReader(List<Map<String, String>> sources, Path directory) {
        this.sources = sources;
        this.directory = directory;
    }

    String text(String name, String otherwise) {
        String value = find(name);
        return value == null ? otherwise : value;
    }

    /** The parsed value; where there is none {@code otherwise}; where it is wrong a fault and {@code otherwise}. */
    <T> T parsed(String name, T otherwise, Function<String, T> parse) {
        String value = find(name);
        if (value == null) {
            return otherwise;
        }
        T parsed = faults.check(name, () -> parse.apply(value));
        return parsed == null ? otherwise : parsed;
    }

    int integer(String name, int otherwise, int min, int max) {
        return parsed(name, otherwise, value -> {
            try {
                int number = Integer.parseInt(value.strip());
                if (number >= min && number <= max) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Said below.
            }
            throw new InvalidException(name, "must be a whole number from " + min + " to " + max + ", not " + value);
        });
    }

    List<String> list(String name) {
        return Arrays.stream(text(name, "").split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    Path path(String name, String otherwise) {
        Path path = parsed(name, Path.of(otherwise), value -> {
            try {
                return Path.of(value);
            } catch (InvalidPathException e) {
                throw new InvalidException(name, "must be a path");
            }
        });
        return directory.resolve(path).normalize();
    }

    /** The secret, or what the file that {@code NAME_FILE} names holds, without the line end after it. */
    @Nullable
    Secret secret(String name) {
        String value = find(name);
        String file = find(name + "_FILE");
        if (value != null && file != null) {
            faults.add(name, "is set, and " + name + "_FILE too: set one of them");
        }
        if (value != null) {
            return Secret.of(value);
        }
        if (file == null) {
            return null;
        }
        try {
            String content = Files.readString(directory.resolve(file)).replaceAll("\\r?\\n$", "");
            if (content.isEmpty()) {
                faults.add(name + "_FILE", "names a file that is empty: " + file);
            }
            return Secret.of(content);
        } catch (IOException | InvalidPathException e) {
            faults.add(name + "_FILE", "names a file that can't be read: " + file);
            return null;
        }
    }

    /** Notes a fault where the value is refused. */
    void check(String name, Supplier<?> value) {
        faults.check(name, value);
    }

    void fault(String name, String message) {
        faults.add(name, message);
    }

    /** Throws every fault that was met. */
    void throwIfAny() {
        faults.throwIfAny();
    }

    private @Nullable String find(String name) {
        for (Map<String, String> source : sources) {
            String value = source.get(name);
            if (value != null && !value.isEmpty()) {
                return value;
            }
        }
        return null;
    }
}
