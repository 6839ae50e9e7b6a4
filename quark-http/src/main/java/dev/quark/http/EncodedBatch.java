package dev.quark.http;

import dev.quark.core.log.LogBatch;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A batch of log lines as clients see it: one WebSocket text frame a line, ready to be sent, one behind the other.
 * Immutable; all clients that have the batch share it.
 */
final class EncodedBatch {

    /** What each line's document begins with. */
    private static final byte[] HEAD = ascii("{\"type\":\"log\",\"data\":");

    private static final int HEAD_OF_ELEMENT = "{\"type\":\"log\",".length();
    private static final byte[] SEQ = ascii(",\"seq\":");
    private static final byte[] AT = ascii(",\"at\":\"");
    private static final byte[] STREAM = ascii("\",\"stream\":\"");
    private static final byte[] TAIL = ascii("\"}");
    private static final Map<LogStream, byte[]> STREAMS = new EnumMap<>(LogStream.class);

    static {
        for (LogStream stream : LogStream.values()) {
            STREAMS.put(stream, ascii(stream.label()));
        }
    }

    private static final int FIN_TEXT = 0x81;
    private static final int USUAL_HEADER = 4;
    private static final byte[] ROOM = new byte[USUAL_HEADER];

    private final byte[] bytes;

    /** Where each line's frame begins, and where the last one ends. */
    private final int[] starts;

    private EncodedBatch(byte[] bytes, int[] starts) {
        this.bytes = bytes;
        this.starts = starts;
    }

    static EncodedBatch of(LogBatch batch) {
        List<LogLine> lines = batch.lines();
        int[] starts = new int[lines.size() + 1];
        Utf8 out = new Utf8(lines.size() * 192);
        Instant at = null;
        byte[] time = new byte[0];
        for (int i = 0; i < lines.size(); i++) {
            LogLine line = lines.get(i);
            if (!line.at().equals(at)) {
                at = line.at();
                time = ascii(Json.TIME.format(at));
            }
            starts[i] = out.length();
            frame(out, line, time);
        }
        starts[lines.size()] = out.length();
        return new EncodedBatch(out.copy(), starts);
    }

    /** How many lines it has. */
    int size() {
        return starts.length - 1;
    }

    /** The bytes of all frames. */
    byte[] bytes() {
        return bytes;
    }

    /** Where the frame of line {@code i} begins; for the number of lines, where the last one ends. */
    int start(int i) {
        return starts[i];
    }

    /** Where the payload of line {@code i} begins. */
    int payload(int i) {
        int code = bytes[starts[i] + 1] & 0x7F;
        return starts[i] + 2 + (code == 126 ? 2 : code == 127 ? 8 : 0);
    }

    /**
     * Where the lines end that go together from line {@code from} on: as many as fit into so many bytes, but at least one.
     */
    int together(int from, int most) {
        int to = from + 1;
        while (to < size() && starts[to + 1] - starts[from] <= most) {
            to++;
        }
        return to;
    }

    /** Appends a line as an element of a {@code logs} message: without its type. */
    void element(Utf8 out, int i) {
        out.write((byte) '{');
        int from = payload(i) + HEAD_OF_ELEMENT;
        out.write(bytes, from, starts[i + 1] - from);
    }

    /** Appends a line's document. */
    void document(Utf8 out, int i) {
        int from = payload(i);
        out.write(bytes, from, starts[i + 1] - from);
    }

    private static void frame(Utf8 out, LogLine line, byte[] time) {
        int start = out.length();
        out.write(ROOM);
        out.write(HEAD);
        out.string(line.text());
        out.write(SEQ);
        out.number(line.seq());
        out.write(AT);
        out.write(time);
        out.write(STREAM);
        out.write(Objects.requireNonNull(STREAMS.get(line.stream())));
        out.write(TAIL);
        header(out, start);
    }

    /** Writes the header before a payload that has {@link #USUAL_HEADER} bytes of room before it (RFC 6455, 5.2). */
    private static void header(Utf8 out, int start) {
        int length = out.length() - start - USUAL_HEADER;
        if (length < 126) {
            out.drop(start, 2);
            out.set(start + 1, length);
        } else if (length <= 0xFFFF) {
            out.set(start + 1, 126);
            out.set(start + 2, length >> 8);
            out.set(start + 3, length);
        } else {
            out.shift(start, 6);
            out.set(start + 1, 127);
            for (int i = 0; i < 8; i++) {
                out.set(start + 2 + i, i < 4 ? 0 : length >> (8 * (7 - i)));
            }
        }
        out.set(start, FIN_TEXT);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
