package dev.quark.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow, with what it takes to write JSON into them fast. For one thread. */
final class Utf8 {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** What follows the backslash for each ASCII character: 0 where it needs none, 'u' where it has no short form. */
    private static final byte[] ESCAPES = escapes();

    private byte[] bytes;
    private int length;

    Utf8(int capacity) {
        bytes = new byte[capacity];
    }

    int length() {
        return length;
    }

    /** The bytes so far; valid until more are written. */
    byte[] array() {
        return bytes;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    void clear() {
        length = 0;
    }

    void write(byte b) {
        ensure(1);
        bytes[length++] = b;
    }

    void write(byte[] source) {
        write(source, 0, source.length);
    }

    void write(byte[] source, int from, int count) {
        ensure(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
    }

    void number(long number) {
        if (number < 0) {
            write(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
            return;
        }
        ensure(20);
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    /** A JSON string with its quotes. Half of a surrogate pair, which UTF-8 can't say, becomes U+FFFD. */
    void string(String text) {
        int count = text.length();
        ensure(6 * count + 2);
        byte[] out = bytes;
        int at = length;
        out[at++] = '"';
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                byte escape = ESCAPES[c];
                if (escape == 0) {
                    out[at++] = (byte) c;
                } else {
                    at = escaped(out, at, c, escape);
                }
            } else if (c < 0x800) {
                out[at++] = (byte) (0xC0 | (c >> 6));
                out[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (Character.isHighSurrogate(c) && i + 1 < count && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                out[at++] = (byte) (0xF0 | (point >> 18));
                out[at++] = (byte) (0x80 | ((point >> 12) & 0x3F));
                out[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                out[at++] = (byte) (0x80 | (point & 0x3F));
            } else {
                int point = Character.isSurrogate(c) ? 0xFFFD : c;
                out[at++] = (byte) (0xE0 | (point >> 12));
                out[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                out[at++] = (byte) (0x80 | (point & 0x3F));
            }
        }
        out[at++] = '"';
        length = at;
    }

    /** Makes room before what was written from {@code start} on. */
    void shift(int start, int by) {
        ensure(by);
        System.arraycopy(bytes, start, bytes, start + by, length - start);
        length += by;
    }

    /** Takes out bytes from {@code start} on. */
    void drop(int start, int count) {
        System.arraycopy(bytes, start + count, bytes, start, length - start - count);
        length -= count;
    }

    /** Sets a byte that was written already. */
    void set(int at, int value) {
        bytes[at] = (byte) value;
    }

    private static int escaped(byte[] out, int start, char c, byte escape) {
        int at = start;
        out[at++] = '\\';
        out[at++] = escape;
        if (escape == 'u') {
            out[at++] = '0';
            out[at++] = '0';
            out[at++] = HEX[c >> 4];
            out[at++] = HEX[c & 0xF];
        }
        return at;
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    private static byte[] escapes() {
        byte[] escapes = new byte[0x80];
        Arrays.fill(escapes, 0, 0x20, (byte) 'u');
        escapes['\b'] = 'b';
        escapes['\t'] = 't';
        escapes['\n'] = 'n';
        escapes['\f'] = 'f';
        escapes['\r'] = 'r';
        escapes['"'] = '"';
        escapes['\\'] = '\\';
        return escapes;
    }
}
