package dev.quark.core.config;

import dev.quark.core.problem.NotFoundException;
import java.util.UUID;

/**
 * A config's id; ids sort by the time they were made (UUIDv7, RFC 9562).
 *
 * @param value the id
 */
public record ConfigId(UUID value) implements Comparable<ConfigId> {

    /** @throws NotFoundException for text that is no id, since nothing can have it */
    public static ConfigId parse(String text) {
        try {
            return new ConfigId(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            throw notFound();
        }
    }

    /** What is thrown where there is no config with an id. */
    public static NotFoundException notFound() {
        return new NotFoundException("There is no deployment config with this id.");
    }

    @Override
    public int compareTo(ConfigId other) {
        return value.toString().compareTo(other.value.toString());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
