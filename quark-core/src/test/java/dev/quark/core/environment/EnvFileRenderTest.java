package dev.quark.core.environment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.secret.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvFileRenderTest {

    private static final List<SortedMap<VariableName, Secret>> FILES = Stream.of(1, 2, 25)
            .flatMap(perFile -> {
                List<String> all = EnvFileValues.all();
                return EnvFileValues.files(perFile == 25 ? all : all.subList(0, 400), perFile).stream();
            })
            .toList();
    private static final List<String> TEXTS =
            FILES.stream().map(EnvFile::render).toList();

    @TempDir
    private Path folder;

    @Test
    void theShellReadsEveryValueExactly() {
        assertExact(EnvFileReaders.shell(folder, TEXTS), false);
    }

    @Test
    void pythonReadsEveryValueExactly() {
        assertExact(EnvFileReaders.python(folder, TEXTS), false);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void npmReadsEveryValueExactlyThatItCanRead(boolean fast) {
        assertExact(EnvFileReaders.npm(folder, TEXTS, fast), true);
    }

    @Test
    void whatIsWrittenIsParsedExactly() {
        for (int i = 0; i < FILES.size(); i++) {
            assertEquals(FILES.get(i), EnvFile.parse(TEXTS.get(i)), TEXTS.get(i));
        }
    }

    @Test
    void noReaderIsExcusedForAValueOfTheContract() {
        List<String> plain = EnvFileValues.all().stream()
                .filter(value -> !(value.contains("'") && value.contains("\n")))
                .filter(value -> !(value.contains("'") && value.contains("\"") && value.contains("`")))
                .filter(value -> !(value.contains("'") && value.contains("`") && value.contains("#")))
                .filter(value -> !value.endsWith("\\") && !value.contains("\r") && !value.contains("${"))
                .filter(value -> !value.contains("\u2028") && !value.contains("\u2029"))
                .toList();

        assertTrue(plain.size() > 4000, () -> plain.size() + " values");
        plain.forEach(value -> assertFalse(npmMayDiffer(value), value));
    }

    static Stream<List<String>> writings() {
        return Stream.of(
                List.of("", "V=\n"),
                List.of("postgresql://u:p@h:5432/db", "V=postgresql://u:p@h:5432/db\n"),
                List.of("two words", "V='two words'\n"),
                List.of("pa$$ `x` \"y\" #z\nB=2", "V='pa$$ `x` \"y\" #z\nB=2'\n"),
                List.of("it's", "V=\"it's\"\n"),
                List.of("it's C:\\dir", "V=\"it's C:\\dir\"\n"),
                List.of("\\\\d", "V='\\\\d'\n# for python-dotenv:\r'V'=\"\\\\\\\\d\"\n"),
                List.of("a\\", "V='a\\' #'.\n# for python-dotenv:\r'V'=\"a${:-\\}\"\n"),
                List.of("it's \"x\"", "V=\"it's \\\"x\\\"\"\n# for npm dotenv:\u2028V=`it's \"x\"`\n"),
                List.of("it's\\n\n", "V=\"it's\\\\n\n\"\n# npm dotenv has no writing for this value\n"),
                List.of("~", "V='~'\n"),
                List.of(
                        "it's $5",
                        "V=\"it's \\$5\"\n# for python-dotenv:\r'V'=\"it's $5\"\n# for npm dotenv:\u2028V=`it's $5`\n"));
    }

    @ParameterizedTest
    @MethodSource("writings")
    void thePlainestWritingIsChosen(List<String> valueAndFile) {
        assertEquals(valueAndFile.getLast(), render(valueAndFile.getFirst()));
    }

    @Test
    void noVariablesMakeAnEmptyFile() {
        assertEquals("", EnvFile.render(new TreeMap<>()));
    }

    private static String render(String value) {
        return EnvFile.render(new TreeMap<>(Map.of(new VariableName("V"), Secret.of(value))));
    }

    private static void assertExact(List<Map<String, String>> read, boolean npm) {
        for (int i = 0; i < FILES.size(); i++) {
            Map<String, String> expected = new TreeMap<>();
            Map<String, String> actual = read.get(i);
            FILES.get(i).forEach((name, value) -> expected.put(name.value(), value.reveal()));
            if (npm) {
                expected.replaceAll((name, value) -> npmMayDiffer(value) ? actual.getOrDefault(name, value) : value);
            }
            assertEquals(expected, actual, TEXTS.get(i));
        }
    }

    /** The list in the Javadoc of {@link EnvFile}. */
    private static boolean npmMayDiffer(String value) {
        boolean single = value.contains("'");
        boolean own = single || value.contains("\r");
        boolean written = value.contains("\\n") || value.contains("\\r");
        boolean npmLineEnd = value.contains("\u2028") || value.contains("\u2029");
        boolean hash = value.contains("#") || npmLineEnd;
        boolean lines = value.contains("\n") || value.contains("\r");
        boolean doubleQuote = value.contains("\"");
        boolean python = value.contains("\\\\") || value.endsWith("\\") || value.contains("${");
        boolean severalLines = (own || (npmLineEnd && python)) && lines && (written || (doubleQuote && hash));
        boolean oneLine = single && !lines && value.contains("`") && hash && (doubleQuote || written);
        return severalLines || oneLine;
    }
}
