package dev.quark.core.source;

import org.jspecify.annotations.Nullable;

/**
 * A commit as it is shown.
 *
 * @param sha its name
 * @param message its whole message, without the newlines that git ends it with; null where only the name is known yet
 * @param author its author's name; null where only the name is known yet
 */
public record Commit(
        CommitSha sha, @Nullable String message, @Nullable String author) {

    /** The longest message and author that are kept; longer ones are cut. */
    public static final int MAX_MESSAGE = 2000;

    /** Cuts what is too long to be shown. */
    public Commit {
        message = cut(message);
        author = cut(author);
    }

    private static @Nullable String cut(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String whole = text.stripTrailing();
        return whole.length() <= MAX_MESSAGE ? whole : whole.substring(0, MAX_MESSAGE);
    }
}
