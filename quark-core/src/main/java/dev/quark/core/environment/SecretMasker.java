package dev.quark.core.environment;

import dev.quark.core.problem.InvalidException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Hides an environment's secrets in log lines: {@link #MASK} stands wherever a line would print a value, a line of one that
 * has several, or the base64 (on its own, or anywhere in a longer one), URL-encoded or JSON-escaped form of either.
 *
 * <p>Not masked: plain variables, values of less than {@value #SHORTEST} characters, values of less than
 * {@value #SHORTEST_UNNAMED} whose name doesn't look like a secret's, numbers, and {@link #WORDS}. The same goes for each
 * line of a value.
 *
 * <p>Immutable, safe for use by many threads. The time for a line grows with its length, hardly with the number of secrets.
 */
public final class SecretMasker {

    /** What stands for a secret, whatever its length. */
    public static final String MASK = "********";

    /** Values that are in so many logs that masking them would hide nothing but the sense; in any case of letters. */
    public static final Set<String> WORDS =
            Pattern.compile("\\s+").splitAsStream("""
                    true false null none undefined yes no on off enabled disabled \
                    production prod development dev staging stage test testing \
                    local localhost 0.0.0.0 127.0.0.1 ::1 http https \
                    default auto main master root admin user app \
                    trace debug verbose info warn warning error fatal silent \
                    utf8 utf-8 c.utf-8 en_us.utf-8 \
                    node python postgres postgresql mysql sqlite redis""").collect(Collectors.toUnmodifiableSet());

    /** Each is kept in all its forms, which take many times as much memory. */
    static final int MOST_CHARACTERS = 256 * 1024;

    static final int SHORTEST = 4;
    static final int SHORTEST_UNNAMED = 8;

    private static final List<String> SECRET_NAMES =
            List.of("KEY", "TOKEN", "SECRET", "PASS", "PWD", "CREDENTIAL", "AUTH");
    private static final Pattern NUMBER = Pattern.compile("[+-]?+(?:[0-9]++(?:\\.[0-9]*+)?+|\\.[0-9]++)");
    private static final Pattern LINE_END = Pattern.compile("\r\n|[\r\n]");

    private final PatternIndex patterns;

    private SecretMasker(Set<String> forms) {
        patterns = new PatternIndex(forms);
    }

    /**
     * The masker for what is secret in this environment.
     *
     * @throws InvalidException where that is more than {@value #MOST_CHARACTERS} characters
     */
    public static SecretMasker of(Environment environment) {
        Set<String> secrets = new HashSet<>();
        environment.variables().forEach((name, secret) -> {
            if (!environment.plain().contains(name)) {
                addLines(secrets, secret.reveal(), looksSecret(name) ? SHORTEST : SHORTEST_UNNAMED);
            }
        });
        if (secrets.stream().mapToLong(String::length).sum() > MOST_CHARACTERS) {
            throw new InvalidException(
                    "environment_variables",
                    "have more than " + MOST_CHARACTERS + " characters to be masked in logs, the most there may be:"
                            + " name what is no secret in plain_variables, and keep large secrets in files");
        }
        Set<String> forms = new HashSet<>();
        secrets.forEach(secret -> SecretForms.addAll(forms, secret));
        return new SecretMasker(forms);
    }

    /** The line with its secrets masked, overlapping and adjacent ones by one mask; without any, the same instance. */
    public String mask(String line) {
        long match = patterns.find(line, 0);
        if (match == PatternIndex.NONE) {
            return line;
        }
        StringBuilder masked = new StringBuilder(line.length());
        int copied = 0;
        while (match != PatternIndex.NONE) {
            int start = PatternIndex.start(match);
            int end = PatternIndex.end(match);
            match = patterns.find(line, start + 1);
            while (match != PatternIndex.NONE && PatternIndex.start(match) <= end) {
                end = Math.max(end, PatternIndex.end(match));
                match = patterns.find(line, PatternIndex.start(match) + 1);
            }
            masked.append(line, copied, start).append(MASK);
            copied = end;
        }
        return masked.append(line, copied, line.length()).toString();
    }

    /** The length in characters of the longest text that is masked; 0 where nothing is. */
    public int longestPattern() {
        return patterns.longest();
    }

    /**
     * Where to cut a text that is too long, such that each piece can be masked on its own: the largest cut that is in no
     * secret, nor in the middle of a character. The beginning of a secret at the end of the text counts as one, for the rest
     * may come yet; so pass as much text as there is, {@link #longestPattern()} more than wanted if possible. Secrets that
     * touch may be parted; each gets a mask then.
     *
     * @param wanted the cut to make if it is safe, from 0 to the text's length
     * @return a cut from 0 to wanted; 0 where secrets overlap all the way, or the only one has begun at 0: then take more text
     * @throws IndexOutOfBoundsException where wanted is outside the text
     */
    public int safeCut(String text, int wanted) {
        Objects.checkIndex(wanted, text.length() + 1);
        int cut = wanted;
        int last;
        do {
            last = cut;
            cut = beforeMatches(text, cut);
            if (cut > 0 && cut < text.length() && Character.isSurrogatePair(text.charAt(cut - 1), text.charAt(cut))) {
                cut--;
            }
        } while (cut != last);
        return cut;
    }

    /** The largest cut that is in no match; a match before it may be in the way of the next smaller one, hence downwards. */
    private int beforeMatches(String text, int wanted) {
        int cut = wanted;
        int longest = patterns.longest();
        for (int start = cut - 1; start >= 0 && start > cut - longest; start--) {
            boolean begun = start > text.length() - longest && patterns.beginsAt(text, start);
            if (begun || start + patterns.longestAt(text, start) > cut) {
                cut = start;
            }
        }
        return cut;
    }

    private static void addLines(Set<String> secrets, String value, int shortest) {
        addLine(secrets, value, shortest);
        LINE_END.splitAsStream(value).forEach(line -> {
            addLine(secrets, line, shortest);
            addLine(secrets, line.strip(), shortest);
        });
    }

    private static void addLine(Set<String> secrets, String text, int shortest) {
        if (text.length() >= shortest
                && !WORDS.contains(text.toLowerCase(Locale.ROOT))
                && !NUMBER.matcher(text).matches()) {
            secrets.add(text);
        }
    }

    private static boolean looksSecret(VariableName name) {
        String upper = name.value().toUpperCase(Locale.ROOT);
        return SECRET_NAMES.stream().anyMatch(upper::contains);
    }
}
