package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.log.LogBatch;
import dev.quark.core.log.LogId;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogStream;
import dev.quark.core.log.SpoolPosition;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EncodedBatchTest {

    private static final List<LogStream> STREAMS = List.of(LogStream.values());

    private static LogBatch batch(List<String> texts) {
        List<LogLine> lines = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            lines.add(new LogLine(
                    i + 1, Instant.ofEpochMilli(1_795_000_000_000L + i / 2), STREAMS.get(i % 3), texts.get(i)));
        }
        return new LogBatch(new LogId(new UUID(1, 2)), lines, SpoolPosition.START);
    }

    /** Reads frames as RFC 6455 (5.2) lays them out. */
    static List<String> texts(byte[] frames) {
        List<String> texts = new ArrayList<>();
        int at = 0;
        while (at < frames.length) {
            assertEquals((byte) 0x81, frames[at++]);
            long length = frames[at++];
            int extra = length == 126 ? 2 : length == 127 ? 8 : 0;
            assertTrue(length >= 0, "not masked");
            if (extra > 0) {
                length = 0;
                for (int i = 0; i < extra; i++) {
                    length = length << 8 | (frames[at++] & 0xFF);
                }
                assertTrue(length > (extra == 2 ? 125 : 0xFFFF), "the shortest form");
            }
            texts.add(strictly(ByteBuffer.wrap(frames, at, (int) length)));
            at += (int) length;
        }
        return texts;
    }

    /** A client closes the connection where a text is not UTF-8. */
    private static String strictly(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new AssertionError("not UTF-8", e);
        }
    }

    @Test
    void isWhatJacksonReads() {
        List<String> texts = new ArrayList<>(List.of(
                "", "a", "\"\\/\b\f\n\r\t", "ä€😀\u2028\u007f", "x".repeat(39), "x".repeat(40), "x".repeat(16_384)));
        for (char c = 0; c < 0x20; c++) {
            texts.add("<" + c + ">");
        }
        texts.add("\u0001".repeat(16_384));
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            texts.add(random.ints(random.nextInt(300), 0, 0x11000)
                    .filter(point -> point < 0xD800 || point > 0xDFFF)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString());
        }
        LogBatch batch = batch(texts);
        List<String> frames = texts(EncodedBatch.of(batch).bytes());
        assertEquals(texts.size(), frames.size());
        for (int i = 0; i < texts.size(); i++) {
            LogLine line = batch.lines().get(i);
            JsonNode json = Api.parse(frames.get(i));
            assertEquals(texts.get(i), json.get("data").textValue());
            assertEquals(line.seq(), json.get("seq").longValue());
            assertEquals(line.at(), Instant.parse(json.get("at").asText()));
            assertEquals(line.stream().label(), json.get("stream").asText());
            assertEquals("log", json.get("type").asText());
            assertEquals(5, json.size());
        }
    }

    @Test
    void isSpelledAsDocumented() {
        LogBatch batch = new LogBatch(
                new LogId(new UUID(1, 2)),
                List.of(new LogLine(17, Instant.parse("2026-11-23T10:00:00Z"), LogStream.STDOUT, "text")),
                SpoolPosition.START);
        EncodedBatch encoded = EncodedBatch.of(batch);
        String rest = "\"data\":\"text\",\"seq\":17,\"at\":\"2026-11-23T10:00:00.000Z\",\"stream\":\"stdout\"}";
        assertEquals(List.of("{\"type\":\"log\"," + rest), texts(encoded.bytes()));
        Utf8 element = new Utf8(0);
        encoded.element(element, 0);
        assertEquals("{" + rest, new String(element.copy(), StandardCharsets.UTF_8));
    }

    @Test
    void halfACharacterIsReplaced() {
        String frame = texts(EncodedBatch.of(batch(List.of("a\ud83d", "\ude00b\ud83d\ud83d\ude00")))
                        .bytes())
                .get(1);
        assertEquals("\ufffdb\ufffd😀", Api.parse(frame).get("data").textValue());
    }

    @Test
    void numbersAreWhole() {
        for (long number : new long[] {0, 9, 10, 99, 100, 12_345_678_901L, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            Utf8 out = new Utf8(1);
            out.number(number);
            assertEquals(Long.toString(number), new String(out.copy(), StandardCharsets.US_ASCII));
        }
    }

    @Test
    void linesGoTogetherUpToASizeAndOneAtLeast() {
        EncodedBatch encoded = EncodedBatch.of(batch(List.of("a", "b", "c", "x".repeat(500), "d")));
        int two = encoded.start(2) - encoded.start(0);
        assertEquals(2, encoded.together(0, two));
        assertEquals(1, encoded.together(0, two - 1));
        assertEquals(4, encoded.together(3, 10));
        assertEquals(5, encoded.together(0, 10_000));
    }

    @Test
    void aBatchIsEncodedOnceAndForgottenInTime() {
        EncodedBatches batches = new EncodedBatches();
        LogBatch first = batch(List.of("a"));
        EncodedBatch encoded = batches.of(first);
        assertSame(encoded, batches.of(first));
        assertNotSame(encoded, batches.of(batch(List.of("a"))));
        for (int i = 0; i < 100; i++) {
            batches.of(batch(List.of("b")));
        }
        assertNotSame(encoded, batches.of(first));
    }
}
