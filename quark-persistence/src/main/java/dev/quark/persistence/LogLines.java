package dev.quark.persistence;

import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * The lines of a chunk as bytes. After a version byte, each line is three numbers and its text in UTF-8: the time, as
 * milliseconds after the line before (the first: after 1970), with the stream in the two lowest bits; and the text's length.
 * Numbers are little-endian groups of seven bits, as Protocol Buffers have them; times may go back, so they are zigzag.
 */
final class LogLines {

    private static final byte VERSION = 1;
    private static final int MAX_NUMBER = 10;

    private LogLines() {}

    static byte[] encode(List<LogLine> lines) {
        Writer writer = new Writer(lines.size() * 100);
        long before = 0;
        for (LogLine line : lines) {
            long at = line.at().toEpochMilli();
            byte[] text = line.text().getBytes(StandardCharsets.UTF_8);
            writer.number((zigzag(at - before) << 2) | code(line.stream()));
            writer.number(text.length);
            writer.bytes(text);
            before = at;
        }
        return writer.result();
    }

    /** The lines of a chunk, from the first on. */
    static Reader decode(byte[] bytes, long firstSeq) {
        if (bytes.length == 0 || bytes[0] != VERSION) {
            throw new IllegalStateException("A chunk of a log is damaged, or of a newer version");
        }
        return new Reader(bytes, firstSeq);
    }

    private static long zigzag(long number) {
        return (number << 1) ^ (number >> 63);
    }

    private static int code(LogStream stream) {
        return switch (stream) {
            case STDOUT -> 0;
            case STDERR -> 1;
            case SYSTEM -> 2;
        };
    }

    private static LogStream stream(int code) {
        return switch (code) {
            case 0 -> LogStream.STDOUT;
            case 1 -> LogStream.STDERR;
            case 2 -> LogStream.SYSTEM;
            default -> throw new IllegalStateException("A chunk of a log is damaged: there is no stream " + code);
        };
    }

    private static final class Writer {

        private byte[] bytes;
        private int size;

        Writer(int expected) {
            bytes = new byte[expected];
            bytes[size++] = VERSION;
        }

        void number(long number) {
            ensure(MAX_NUMBER);
            long rest = number;
            while ((rest & ~0x7fL) != 0) {
                bytes[size++] = (byte) (rest | 0x80);
                rest >>>= 7;
            }
            bytes[size++] = (byte) rest;
        }

        void bytes(byte[] text) {
            ensure(text.length);
            System.arraycopy(text, 0, bytes, size, text.length);
            size += text.length;
        }

        byte[] result() {
            return Arrays.copyOf(bytes, size);
        }

        private void ensure(int more) {
            if (bytes.length - size < more) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
            }
        }
    }

    /** Reads line after line; lines that are skipped cost next to nothing. */
    static final class Reader {

        private final byte[] bytes;
        private int position = 1;
        private long seq;
        private long at;
        private int stream;
        private int length;

        private Reader(byte[] bytes, long firstSeq) {
            this.bytes = bytes;
            this.seq = firstSeq - 1;
        }

        /** Goes to the next line; false at the end. */
        boolean next() {
            position += length;
            if (position >= bytes.length) {
                return false;
            }
            long head = number();
            long step = head >>> 2;
            at += (step >>> 1) ^ -(step & 1);
            stream = (int) head & 3;
            length = (int) number();
            seq++;
            return true;
        }

        /** The number of the line it is at. */
        long seq() {
            return seq;
        }

        /** The line it is at. */
        LogLine line() {
            return new LogLine(
                    seq,
                    Instant.ofEpochMilli(at),
                    stream(stream),
                    new String(bytes, position, length, StandardCharsets.UTF_8));
        }

        private long number() {
            long number = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte group = bytes[position++];
                number |= (long) (group & 0x7f) << shift;
                if (group >= 0) {
                    return number;
                }
            }
            throw new IllegalStateException("A chunk of a log is damaged: a number has no end");
        }
    }
}
