package dev.quark.core.log;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of a text: runs of letters, digits and what combines with them, in lower case. Everything else separates words;
 * so do the escape sequences that colour a terminal.
 */
public final class Words {

    private static final char ESCAPE = '\u001b';

    private Words() {}

    /** The words, in order. */
    public static List<String> of(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            int character = text.codePointAt(i);
            if (isOfWord(character)) {
                word.appendCodePoint(Character.toLowerCase(character));
                i += Character.charCount(character);
                continue;
            }
            end(word, words);
            i = character == ESCAPE ? afterEscape(text, i + 1) : i + Character.charCount(character);
        }
        end(word, words);
        return words;
    }

    private static void end(StringBuilder word, List<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    private static boolean isOfWord(int character) {
        if (character < 0x80) {
            return (character >= 'a' && character <= 'z')
                    || (character >= '0' && character <= '9')
                    || (character >= 'A' && character <= 'Z');
        }
        int type = Character.getType(character);
        return Character.isLetterOrDigit(character)
                || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }

    /** Where a control sequence (ECMA-48: ESC [, parameters, one final character) ends that begins before {@code from}. */
    private static int afterEscape(String text, int from) {
        if (from >= text.length() || text.charAt(from) != '[') {
            return from;
        }
        int i = from + 1;
        while (i < text.length() && text.charAt(i) >= ' ' && text.charAt(i) < '@') {
            i++;
        }
        return i < text.length() && text.charAt(i) <= '~' ? i + 1 : i;
    }
}
