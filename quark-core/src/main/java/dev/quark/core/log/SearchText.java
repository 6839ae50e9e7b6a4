package dev.quark.core.log;

import dev.quark.core.problem.InvalidException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is looked for in a line: words, and "phrases in quotes" whose words must follow each other. A line has to have all of
 * them, in any order and in either case. What is no letter or digit only separates words: {@code app.js:42} is looked for as
 * the phrase "app js 42".
 */
public final class SearchText {

    /** The longest text. */
    public static final int MAX_LENGTH = 200;

    private static final int MAX_WORDS = 20;

    private final List<List<String>> phrases;

    private SearchText(List<List<String>> phrases) {
        this.phrases = phrases;
    }

    /** @throws InvalidException for text that says nothing to look for */
    public static SearchText parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw invalid("may have " + MAX_LENGTH + " characters");
        }
        String[] parts = text.split("\"", -1);
        if (parts.length % 2 == 0) {
            throw invalid("has a quote that isn't closed: put phrases in \"two quotes\"");
        }
        List<List<String>> phrases = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            // Between an odd quote and an even one.
            boolean quoted = i % 2 == 1;
            for (String part : quoted ? new String[] {parts[i]} : parts[i].split("\\s+", -1)) {
                List<String> words = Words.of(part);
                if (!words.isEmpty()) {
                    phrases.add(words);
                }
            }
        }
        SearchText parsed = new SearchText(List.copyOf(phrases));
        if (phrases.isEmpty()) {
            throw invalid(
                    "must have a word to look for: words and \"phrases in quotes\" are understood, and nothing else");
        }
        if (parsed.words().size() > MAX_WORDS) {
            throw invalid("may have " + MAX_WORDS + " words");
        }
        return parsed;
    }

    private static InvalidException invalid(String message) {
        return new InvalidException("q", message);
    }

    /** The words that a line must have; it may have them and still not match. */
    public Set<String> words() {
        Set<String> words = new LinkedHashSet<>();
        phrases.forEach(words::addAll);
        return words;
    }

    /** Whether a line has all of it. */
    public boolean matches(String line) {
        List<String> words = Words.of(line);
        return phrases.stream().allMatch(phrase -> has(words, phrase));
    }

    private static boolean has(List<String> words, List<String> phrase) {
        for (int i = 0; i <= words.size() - phrase.size(); i++) {
            if (words.subList(i, i + phrase.size()).equals(phrase)) {
                return true;
            }
        }
        return false;
    }
}
