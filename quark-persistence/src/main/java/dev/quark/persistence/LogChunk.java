package dev.quark.persistence;

import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * Lines as one text: for each its stream (o, e or s), the milliseconds since the chunk's first line, a space, its text, and
 * LF. A line's text has no LF: one that has gets spaces instead.
 */
final class LogChunk {

    private LogChunk() {}

    static byte[] encode(List<LogLine> lines) {
        long begin = lines.get(0).at().toEpochMilli();
        StringBuilder text = new StringBuilder(lines.size() * 100);
        for (LogLine line : lines) {
            text.append(letter(line.stream()))
                    .append(line.at().toEpochMilli() - begin)
                    .append(' ')
                    .append(
                            line.text().indexOf('\n') < 0
                                    ? line.text()
                                    : line.text().replace('\n', ' '))
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The lines after a number, added to others. */
    static void decode(byte[] chunk, long firstSeq, long firstAt, long after, List<LogLine> lines) {
        String text = new String(chunk, StandardCharsets.UTF_8);
        long seq = firstSeq;
        long millis = Long.MIN_VALUE;
        Instant at = Instant.EPOCH;
        for (int begin = 0; begin < text.length(); seq++) {
            int end = text.indexOf('\n', begin);
            if (seq > after) {
                int space = text.indexOf(' ', begin);
                long offset = Long.parseLong(text, begin + 1, space, 10);
                if (offset != millis) {
                    millis = offset;
                    at = Instant.ofEpochMilli(firstAt + offset);
                }
                lines.add(new LogLine(seq, at, stream(text.charAt(begin)), text.substring(space + 1, end)));
            }
            begin = end + 1;
        }
    }

    private static char letter(LogStream stream) {
        return switch (stream) {
            case STDOUT -> 'o';
            case STDERR -> 'e';
            case SYSTEM -> 's';
        };
    }

    private static LogStream stream(char letter) {
        return switch (letter) {
            case 'o' -> LogStream.STDOUT;
            case 'e' -> LogStream.STDERR;
            default -> LogStream.SYSTEM;
        };
    }
}
