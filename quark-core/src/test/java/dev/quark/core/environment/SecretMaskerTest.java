package dev.quark.core.environment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.InvalidException;
import dev.quark.core.secret.Secret;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretMaskerTest {

    private static final String SECRET = "p/ß \"W>\\ö~1?'x";

    @ParameterizedTest
    @CsvSource({
        "DB_PASSWORD, abcd, true",
        "db_password, abcd, true",
        "API_KEY, abcd, true",
        "GH_TOKEN, abcd, true",
        "MY_SECRET, abcd, true",
        "DB_PWD, abcd, true",
        "AWS_CREDENTIALS, abcd, true",
        "BASIC_AUTH, abcd, true",
        "API_KEY, abc, false",
        "GREETING, abcdefg, false",
        "GREETING, abcdefgh, true",
        "PLAIN_KEY, abcdefgh, false",
        "API_KEY, production, false",
        "API_KEY, Localhost, false",
        "API_KEY, 1234567890, false",
        "API_KEY, -12.50, false",
        "API_KEY, 1234567890a, true"
    })
    void whatIsMaskedIsWhatTheContractSays(String name, String value, boolean masked) {
        Environment environment = environment(Map.of(name, value), "PLAIN_KEY");

        assertEquals(
                masked ? "is ********." : "is " + value + ".",
                SecretMasker.of(environment).mask("is " + value + "."));
    }

    @Test
    void moreThanFitsIntoMemoryIsRefused() {
        TreeMap<VariableName, Secret> variables = new TreeMap<>();
        for (int i = 0; i < 6; i++) {
            variables.put(new VariableName("TOKEN_" + i), Secret.of(("" + i).repeat(100) + "x".repeat(100_000)));
        }
        InvalidException refused =
                assertThrows(InvalidException.class, () -> SecretMasker.of(new Environment(variables, Set.of())));
        assertTrue(refused.errors().getFirst().message().contains("plain_variables"));
        SecretMasker.of(new Environment(variables, variables.keySet()));
    }

    @Test
    void theWordsAreInLowerCase() {
        assertTrue(SecretMasker.WORDS.containsAll(
                Set.of("true", "false", "production", "development", "localhost", "postgres")));
        SecretMasker.WORDS.forEach(word -> assertEquals(word.toLowerCase(java.util.Locale.ROOT), word));
    }

    static Stream<String> forms() {
        Base64.Encoder url = Base64.getUrlEncoder();
        return Stream.of(
                SECRET,
                base64(SECRET),
                base64(SECRET).replace("=", ""),
                url.encodeToString(SECRET.getBytes(UTF_8)),
                url.withoutPadding().encodeToString(SECRET.getBytes(UTF_8)),
                URLEncoder.encode(SECRET, UTF_8),
                "p%2F%C3%9F%20%22W%3E%5C%C3%B6~1%3F%27x",
                "p%2F%C3%9F%20%22W%3E%5C%C3%B6~1%3F'x",
                "p%2f%c3%9f%20%22W%3e%5c%c3%b6~1%3f%27x",
                "p/%C3%9F%20%22W%3E%5C%C3%B6~1%3F%27x",
                "p%2f%c3%9f+%22W%3e%5c%c3%b6%7e1%3f%27x",
                "p/ß \\\"W>\\\\ö~1?'x",
                "p\\/ß \\\"W>\\\\ö~1?'x",
                "p/\\u00df \\\"W>\\\\\\u00f6~1?'x",
                "p\\/\\u00DF \\\"W>\\\\\\u00F6~1?'x",
                "p/ß \\\"W\\u003e\\\\ö~1?'x");
    }

    @ParameterizedTest
    @MethodSource("forms")
    void everyFormIsMasked(String form) {
        assertEquals("a=********&b", masker(SECRET).mask("a=" + form + "&b"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void base64IsMaskedInsideLongerBase64(int before) {
        String secret = "fünf-Sekret>?~";
        for (int after = 0; after < 4; after++) {
            byte[] whole = ("x".repeat(before) + secret + "y".repeat(after)).getBytes(UTF_8);
            for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                String encoded = encoder.encodeToString(whole);
                String masked = masker(secret).mask(encoded);
                // Of the secret remain at most the bits of a character that it shares with what is around it.
                int first = (before * 8 + 5) / 6;
                int behind = after == 0 ? encoded.replace("=", "").length() : (before + 15) * 8 / 6;
                assertEquals(encoded.substring(0, first) + "********" + encoded.substring(behind), masked);
            }
        }
    }

    @Test
    void eachLineOfAValueIsMaskedAlsoWithoutItsIndentation() {
        SecretMasker masker = masker("BEGIN-SECRET\n  indented-secret\r\nlast-of-them\rreally-last\n{\n");

        assertEquals("********", masker.mask("BEGIN-SECRET"));
        assertEquals("-> ******** <-", masker.mask("-> indented-secret <-"));
        assertEquals("******** and ********", masker.mask("last-of-them and really-last"));
        assertEquals("x " + SecretMasker.MASK, masker.mask("x " + base64("really-last")));
        assertEquals("{", masker.mask("{"));
    }

    @Test
    void theWholeOfAValueOfSeveralLinesIsMaskedInOneLine() {
        SecretMasker masker = masker("a-1\nb-2\nc-3");

        assertEquals("\"********\"", masker.mask("\"a-1\\nb-2\\nc-3\""));
        assertEquals("********", masker.mask("a-1%0Ab-2%0ac-3".replace("%0a", "%0A")));
        assertEquals("********", masker.mask(base64("a-1\nb-2\nc-3")));
        assertEquals("a-1", masker.mask("a-1"));
    }

    @Test
    void base64ThatIsBrokenIntoLinesIsMasked() {
        String secret = "0123456789-".repeat(20) + "z";
        String encoded = Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(secret.getBytes(UTF_8));

        encoded.lines().forEach(line -> assertEquals("********", masker(secret).mask(line)));
    }

    @Test
    void whatOverlapsOrTouchesGetsOneMaskAndTheLongestWins() {
        SecretMasker masker = SecretMasker.of(
                environment(Map.of("A_KEY", "abcdef", "B_KEY", "defghi", "C_KEY", "abcdefghijkl", "D_KEY", "zzzz")));

        assertEquals("-********-", masker.mask("-abcdefghi-"));
        assertEquals("-********-", masker.mask("-abcdefabcdef-"));
        assertEquals("-********-", masker.mask("-abcdefghijkl-"));
        assertEquals("-********jk-", masker.mask("-abcdefghijk-"));
        assertEquals("-******** ********-", masker.mask("-abcdef defghi-"));
        assertEquals("********", masker.mask("z".repeat(9)));
    }

    @Test
    void aLineWithoutSecretsIsTheSameInstance() {
        String line = "nothing in here, not even s3cret-valu";

        assertSame(line, masker("s3cret-value").mask(line));
        assertSame(line, SecretMasker.of(Environment.EMPTY).mask(line));
        assertSame("", masker("s3cret-value").mask(""));
    }

    @Test
    void theLongestPatternIsKnown() {
        assertEquals(0, SecretMasker.of(Environment.EMPTY).longestPattern());
        assertEquals("s3cret-value".length() / 3 * 4, masker("s3cret-value").longestPattern());
    }

    @Test
    void manySecretsAreAllFound() {
        Random random = new Random(5);
        Map<String, String> variables = new TreeMap<>();
        for (int i = 0; i < 500; i++) {
            variables.put("SECRET_" + i, EnvFileValues.text(random, List.of("a", "b", "é", "-", "Z", "9"), 9) + "x");
        }
        SecretMasker masker = SecretMasker.of(environment(variables));

        variables.values().forEach(value -> {
            assertEquals("id=********,", masker.mask("id=" + value + ","));
            assertEquals("id=********,", masker.mask("id=" + base64(value) + ","));
        });
    }

    /** All texts, all cuts: pieces that are masked on their own give what the whole gives, but for the number of masks. */
    @Test
    void masksOfPiecesCutWhereItIsSafeAreTheMaskOfTheWhole() {
        SecretMasker masker = SecretMasker.of(
                environment(Map.of("A_KEY", "abab", "B_KEY", "babaca", "C_KEY", "aaaaa", "D_KEY", "c😀cc")));
        Random random = new Random(11);
        int inside = 0;
        for (int round = 0; round < 20_000; round++) {
            String whole = EnvFileValues.text(
                    random, List.of("a", "a", "b", "abab", "babaca", "c", "😀", "-"), 1 + random.nextInt(12));
            int known = random.nextInt(whole.length() + 1);
            int wanted = random.nextInt(known + 1);
            int cut = masker.safeCut(whole.substring(0, known), wanted);

            assertTrue(cut >= 0 && cut <= wanted);
            assertEquals(
                    joined(masker.mask(whole)),
                    joined(masker.mask(whole.substring(0, cut)) + masker.mask(whole.substring(cut))),
                    () -> whole + " known to " + known + ", cut at " + cut);
            assertEquals(
                    largestSafe(List.of("abab", "babaca", "aaaaa", "c😀cc"), whole.substring(0, known), wanted), cut);
            inside += cut > 0 && cut < wanted ? 1 : 0;
        }
        assertTrue(inside > 1000, "only " + inside + " cuts had to move");
    }

    @Test
    void aTextIsCutAsATapeOfPieces() {
        SecretMasker masker = masker("s3cret-value");
        String text = ("x".repeat(7) + "s3cret-value").repeat(50);
        List<String> pieces = new ArrayList<>();
        String rest = text;
        while (rest.length() > 40) {
            int cut = masker.safeCut(rest, 40);
            pieces.add(masker.mask(rest.substring(0, cut)));
            rest = rest.substring(cut);
        }
        pieces.add(masker.mask(rest));

        assertEquals(masker.mask(text), String.join("", pieces));
    }

    @Test
    void aCutOutsideTheTextIsRefused() {
        assertThrows(
                IndexOutOfBoundsException.class, () -> masker("s3cret-value").safeCut("abc", 4));
        assertThrows(
                IndexOutOfBoundsException.class, () -> masker("s3cret-value").safeCut("abc", -1));
        assertEquals(3, SecretMasker.of(Environment.EMPTY).safeCut("abc", 3));
        assertEquals(0, masker("s3cret-value").safeCut("s3cret", 6));
        assertEquals(0, masker("s3cret-value").safeCut("", 0));
    }

    /** By the definition, one cut after the other, with the plain values only: their other forms hold no such letters. */
    private static int largestSafe(List<String> secrets, String text, int wanted) {
        for (int cut = wanted; cut > 0; cut--) {
            int at = cut;
            boolean unsafe = cut < text.length() && Character.isSurrogatePair(text.charAt(cut - 1), text.charAt(cut));
            for (String secret : secrets) {
                for (int start = 0; start < at; start++) {
                    String rest = text.substring(start);
                    boolean across = rest.startsWith(secret) && start + secret.length() > at;
                    unsafe |= across || (secret.startsWith(rest) && !secret.equals(rest));
                }
            }
            if (!unsafe) {
                return cut;
            }
        }
        return 0;
    }

    private static String joined(String masked) {
        return masked.replaceAll("(?:\\*{8})+", "<>");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static SecretMasker masker(String secret) {
        return SecretMasker.of(environment(Map.of("A_KEY", secret)));
    }

    private static Environment environment(Map<String, String> values, String... plain) {
        TreeMap<VariableName, Secret> variables = new TreeMap<>();
        values.forEach((name, value) -> variables.put(new VariableName(name), Secret.of(value)));
        Set<VariableName> names = Stream.of(plain).map(VariableName::new).collect(java.util.stream.Collectors.toSet());
        return new Environment(variables, names);
    }
}
