package dev.quark.core.identity;

import dev.quark.core.secret.Secret;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a password may be: long rather than colourful, as NIST SP 800-63B has it. */
final class Passwords {

    private static final int SHORTEST = 12;
    private static final int LONGEST = 256;

    /** A shorter name is in many a word. */
    private static final int SHORTEST_NAME_IN_IT = 3;

    private static final int FEWEST_DIFFERENT = 5;

    private Passwords() {}

    /** What is wrong with a password; null where nothing is. */
    static @Nullable String fault(Secret password, String username) {
        String text = password.reveal();
        if (text.codePointCount(0, text.length()) < SHORTEST || text.length() > LONGEST) {
            return "must have " + SHORTEST + " to " + LONGEST + " characters";
        }
        if (text.codePoints().distinct().count() < FEWEST_DIFFERENT) {
            return "must have " + FEWEST_DIFFERENT + " different characters at least";
        }
        boolean isTelling = username.length() >= SHORTEST_NAME_IN_IT;
        if (isTelling && text.toLowerCase(Locale.ROOT).contains(username.toLowerCase(Locale.ROOT))) {
            return "must not contain the user's name";
        }
        return null;
    }
}
