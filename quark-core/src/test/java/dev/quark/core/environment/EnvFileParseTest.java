package dev.quark.core.environment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.FieldError;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.secret.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvFileParseTest {

    @TempDir
    private Path folder;

    static Stream<Arguments> pasted() {
        return Stream.of(
                Arguments.of("", Map.of()),
                Arguments.of("\ufeff# only\n\n   # comments\r\n", Map.of()),
                Arguments.of("\ufeffA=1", Map.of("A", "1")),
                Arguments.of("A=1\r\nB=2\rC=3\n", Map.of("A", "1", "B", "2", "C", "3")),
                Arguments.of("  export   A = b \t", Map.of("A", "b")),
                Arguments.of("export=1", Map.of("export", "1")),
                Arguments.of("A: b c", Map.of("A", "b c")),
                Arguments.of("A=\nB= # none\nC=''\n", Map.of("A", "", "B", "", "C", "")),
                Arguments.of("A=two words # comment", Map.of("A", "two words")),
                Arguments.of("A=b=c==", Map.of("A", "b=c==")),
                Arguments.of("A=say \"hi\" to $B\\n", Map.of("A", "say \"hi\" to $B\\n")),
                Arguments.of("A=' # x\\n' # y", Map.of("A", " # x\\n")),
                Arguments.of("A=\"x\\ny\\rz\\t\"#y", Map.of("A", "x\ny\rz\\t")),
                Arguments.of("A=`it's \"x\"`", Map.of("A", "it's \"x\"")),
                Arguments.of("A=\"x\r\ny\n\n# z\"\nB='1\n2'", Map.of("A", "x\ny\n\n# z", "B", "1\n2")),
                Arguments.of("A='it\\'s'", Map.of("A", "it\\'s")),
                Arguments.of("A='it's'", Map.of("A", "it's")),
                Arguments.of("A='C:\\'\nB='x'", Map.of("A", "C:\\", "B", "x")),
                Arguments.of("A=1\nB=2\nA=3", Map.of("A", "3", "B", "2")),
                Arguments.of("# x\u2028A=1", Map.of("A", "1")));
    }

    @ParameterizedTest
    @MethodSource("pasted")
    void whatPeoplePasteIsRead(String text, Map<String, String> expected) {
        assertEquals(expected, parse(text));
    }

    @Test
    void theOrderIsThatOfTheFile() {
        assertEquals(
                List.of("Z", "A", "M"), List.copyOf(parse("Z=1\nA=2\nM=3\nA=4").keySet()));
    }

    static Stream<Arguments> faulty() {
        String none = "this is no assignment, which looks like NAME=value, and no comment, which begins with #";
        String name = "the name before = may have letters, digits and _, and doesn't begin with a digit";
        String quote = "the quote that opens the value is not closed at the end of a line";
        String hash = "put the value in quotes, or a blank before a comment: readers differ on what # means here";
        return Stream.of(
                Arguments.of("s3cret", List.of(new FieldError("line 1", none))),
                Arguments.of("export A\n\nA B=s3cret", List.of(line(1, none), line(3, none))),
                Arguments.of("A=1\r\n=s3cret\r\rA:s3cret", List.of(line(2, none), line(4, none))),
                Arguments.of("1A=s3cret\ns-3=x", List.of(line(1, name), line(2, name))),
                Arguments.of("A='1\n2'\nB=\"s3cret\n", List.of(line(3, quote))),
                Arguments.of("A='s3cret' s3cret", List.of(line(1, quote))),
                Arguments.of("A='s3cret's # x'", List.of(line(1, quote))),
                Arguments.of("A=#s3cret\nB=s3cret#s3cret", List.of(line(1, hash), line(2, hash))),
                Arguments.of(
                        "A=s3cret\u2028s3cret",
                        List.of(line(1, "put the value in quotes: it has a line separator (U+2028 or U+2029)"))),
                Arguments.of(
                        "A=1\nBRANCH=s3cret\nB",
                        List.of(
                                line(2, "BRANCH is set by QUARK for every deployment: choose another name"),
                                line(3, none))));
    }

    @ParameterizedTest
    @MethodSource("faulty")
    void everyLineThatCannotBeReadIsAFaultWithoutItsValue(String text, List<FieldError> faults) {
        InvalidException e = assertThrows(InvalidException.class, () -> EnvFile.parse(text));

        assertEquals(faults, e.errors());
        assertFalse(String.valueOf(e.getMessage()).contains("s3cret"));
    }

    @Test
    void ofManyFaultsTheFirstHundredAreReported() {
        InvalidException e = assertThrows(InvalidException.class, () -> EnvFile.parse("x\n".repeat(100_000)));

        assertEquals(100, e.errors().size());
        assertEquals("line 100", e.errors().getLast().field());
    }

    @Test
    void aLongValueIsReadAsAnyOther() {
        String value = "it's \\n \"x\"\n".repeat(12_000);

        TreeMap<VariableName, Secret> variables = new TreeMap<>(Map.of(new VariableName("A"), Secret.of(value)));
        assertEquals(variables, EnvFile.parse(EnvFile.render(variables)));
    }

    /** Where npm drops text or joins lines, there is a fault; whatever is read, npm reads the same. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void npmReadsTheSame(boolean fast) {
        List<String> pieces = List.of(
                "A", "B", "export ", "=", "=", "=", ": ", "'", "'", "\"", "\"", "`", "`", "\n", "\n", "\r\n", "\r", " ",
                "\t", "#", " # ", "\\", "\\n", "\\r", "x", "y z", "é", "\u00a0", "\u2028", "\ufeff", "\u0085", "A=",
                "\nB=", "\nC='", "\nA=\"", "'\n", "\"\n", "$", ".", "-");
        Random random = new Random(7);
        List<String> files = new ArrayList<>();
        List<Map<String, String>> expected = new ArrayList<>();
        while (files.size() < 3000) {
            String text = EnvFileValues.text(random, pieces, 1 + random.nextInt(20));
            try {
                expected.add(new TreeMap<>(parse(text)));
                files.add(text);
            } catch (InvalidException e) {
                assertFalse(e.errors().isEmpty());
            }
        }
        assertTrue(expected.stream().filter(file -> file.size() > 1).count() > 100);

        List<Map<String, String>> read = EnvFileReaders.npm(folder, files, fast);
        for (int i = 0; i < files.size(); i++) {
            assertEquals(expected.get(i), read.get(i), files.get(i));
        }
    }

    private static Map<String, String> parse(String text) {
        Map<String, String> read = new LinkedHashMap<>();
        EnvFile.parse(text).forEach((name, value) -> read.put(name.value(), value.reveal()));
        return read;
    }

    private static FieldError line(int number, String message) {
        return new FieldError("line " + number, message);
    }
}
