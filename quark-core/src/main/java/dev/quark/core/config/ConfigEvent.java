package dev.quark.core.config;

import dev.quark.core.event.QuarkEvent;
import java.util.Locale;

/**
 * Something happened to a config; it is stored already.
 *
 * @param config which config
 * @param change what happened
 */
public record ConfigEvent(ConfigId config, Change change) implements QuarkEvent {

    /** What can happen to a config. */
    public enum Change {
        /** It is there now. */
        CREATED,
        /** It, or one of its variables, has another value. */
        CHANGED,
        /** It is there no more. */
        DELETED;

        /** The change's name as the API spells it: lower case. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
