package dev.quark.core.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.environment.Environment;
import dev.quark.core.environment.SecretMasker;
import dev.quark.core.environment.VariableName;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogStream;
import dev.quark.core.log.LogWriter;
import dev.quark.core.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineAssemblerTest {

    private static final String TOKEN = "swordfish-0123456789";

    private final List<LogWriter.Text> lines = new ArrayList<>();
    private final LineAssembler assembler = assembler();
    private long stored;

    private static LineAssembler assembler() {
        Environment environment = Environment.EMPTY.with(new VariableName("API_TOKEN"), Secret.of(TOKEN));
        return new LineAssembler(LogStream.STDOUT, SecretMasker.of(environment));
    }

    private void accept(byte[] bytes) {
        assembler.accept(bytes, lines);
        stored += assembler.takeStored();
    }

    private void end() {
        assembler.end(lines);
        stored += assembler.takeStored();
    }

    private List<String> texts() {
        return lines.stream().map(LogWriter.Text::text).toList();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "7", "1000"})
    void linesAreTheSameHoweverTheOutputIsCutIntoPieces(int size) {
        byte[] output = utf8("one\ntwo\r\n\nthré€ 😀\n10%\r20%\rdone " + TOKEN + "\nlast");
        for (int from = 0; from < output.length; from += size) {
            accept(Arrays.copyOfRange(output, from, Math.min(output.length, from + size)));
        }
        end();
        assertEquals(List.of("one", "two", "", "thré€ 😀", "10%", "20%", "done ********", "last"), texts());
        assertEquals(output.length, stored);
    }

    @Test
    void whatHasNoLineEndWaitsForIt() {
        accept(utf8("begin"));
        assertEquals(List.of(), texts());
        assertEquals(0, stored);
        accept(utf8("ning\nnext"));
        assertEquals(List.of("beginning"), texts());
        assertEquals("beginning\n".length(), stored);
    }

    @Test
    void bytesThatAreNoTextAreReplaced() {
        accept(new byte[] {'a', (byte) 0xFF, 0, 'b', '\n'});
        assertEquals(List.of("a\uFFFD\u2400b"), texts());
    }

    @Test
    void aSecretIsMaskedWhereverAnEndlessLineIsCut() {
        Random random = new Random(7);
        for (int round = 0; round < 20; round++) {
            lines.clear();
            StringBuilder output = new StringBuilder();
            while (output.length() < 20 * LogLine.MAX_LENGTH) {
                output.append(random.nextInt(50) == 0 ? TOKEN + "-" : "x".repeat(random.nextInt(40)) + "é");
            }
            byte[] bytes = utf8(output.toString());
            for (int from = 0; from < bytes.length; ) {
                int to = Math.min(bytes.length, from + 1 + random.nextInt(9000));
                accept(Arrays.copyOfRange(bytes, from, to));
                from = to;
            }
            end();
            String all = lines.stream().map(LogWriter.Text::text).collect(Collectors.joining());
            assertTrue(
                    output.toString().replace(TOKEN, "********").equals(all),
                    "a secret was not masked, or text was lost");
            assertTrue(lines.stream().allMatch(line -> line.text().length() <= LogLine.MAX_LENGTH));
        }
    }

    @Test
    void anEndlessLineIsNotHeldInMemory() {
        byte[] piece = new byte[256 * 1024];
        Arrays.fill(piece, (byte) 'x');
        for (int i = 0; i < 40; i++) {
            accept(piece);
            assertTrue(
                    (long) (i + 1) * piece.length - stored <= 512 * 1024,
                    "held: " + ((i + 1L) * piece.length - stored));
        }
        assertFalse(lines.isEmpty());
    }

    @Test
    void anEndlessRunOfNonsenseIsNotHeldEither() {
        byte[] piece = new byte[256 * 1024];
        Arrays.fill(piece, (byte) 0xC3);
        for (int i = 0; i < 10; i++) {
            accept(piece);
        }
        assertTrue(10L * piece.length - stored <= 512 * 1024);
    }

    @Test
    void aSecretIsMaskedWhereAnEndlessLineOfNonsenseIsCut() {
        int held = 4 * LogLine.MAX_LENGTH;
        byte[] token = utf8(TOKEN);
        for (int cut = 1; cut < token.length; cut++) {
            lines.clear();
            LineAssembler fresh = assembler();
            byte[] begin = new byte[held + 1];
            Arrays.fill(begin, (byte) 0xFF);
            System.arraycopy(token, 0, begin, begin.length - cut, cut);
            fresh.accept(begin, lines);
            fresh.accept(Arrays.copyOfRange(token, cut, token.length), lines);
            fresh.end(lines);
            String all = lines.stream().map(LogWriter.Text::text).collect(Collectors.joining());
            assertTrue(
                    all.endsWith("********"), "cut after " + cut + ": " + all.substring(all.length() - TOKEN.length()));
            assertFalse(all.contains(TOKEN.substring(0, cut) + "*"), "cut after " + cut);
        }
    }
}
