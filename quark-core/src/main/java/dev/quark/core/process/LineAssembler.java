package dev.quark.core.process;

import dev.quark.core.environment.SecretMasker;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogStream;
import dev.quark.core.log.LogWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Makes lines of one output stream's bytes. A line ends at LF, CR LF or CR; a longer one than {@link LogLine#MAX_LENGTH} is
 * cut where no secret is cut. Bytes that are no UTF-8 become U+FFFD, NUL becomes U+2400. Masks secrets. Not thread-safe.
 */
final class LineAssembler {

    private final LogStream stream;
    private final SecretMasker masker;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    /** How many bytes are held back while a line has no end, before a part of it is stored. */
    private final int maxHeld;

    private boolean afterCarriageReturn;
    private long stored;

    LineAssembler(LogStream stream, SecretMasker masker) {
        this.stream = stream;
        this.masker = masker;
        this.maxHeld = Math.max(4 * LogLine.MAX_LENGTH, 8 * masker.longestPattern());
    }

    /** Adds the lines that these bytes complete. */
    void accept(byte[] bytes, List<LogWriter.Text> lines) {
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b == '\n' && afterCarriageReturn && i == start && held.size() == 0) {
                start = i + 1;
                stored++;
            } else if (b == '\n' || b == '\r') {
                complete(bytes, start, i, lines);
                start = i + 1;
            }
            afterCarriageReturn = b == '\r';
        }
        held.write(bytes, start, bytes.length - start);
        if (held.size() > maxHeld) {
            cut(lines);
        }
    }

    /** Adds what has no line end, because the command has ended. */
    void end(List<LogWriter.Text> lines) {
        if (held.size() > 0) {
            stored += held.size();
            add(text(held.toByteArray()), lines);
            held.reset();
        }
    }

    /** Passes over bytes that are lost. */
    void skip(long bytes) {
        stored += bytes;
    }

    /** How many bytes have become lines since the last call. */
    long takeStored() {
        long taken = stored;
        stored = 0;
        return taken;
    }

    private void complete(byte[] bytes, int from, int to, List<LogWriter.Text> lines) {
        stored += held.size() + (to - from) + 1;
        if (held.size() == 0) {
            add(new String(bytes, from, to - from, StandardCharsets.UTF_8), lines);
        } else {
            held.write(bytes, from, to - from);
            add(text(held.toByteArray()), lines);
            held.reset();
        }
    }

    /** Stores the beginning of a line that has no end yet: whole characters, and no part of a secret. */
    private void cut(List<LogWriter.Text> lines) {
        byte[] bytes = held.toByteArray();
        byte[] whole = Arrays.copyOf(bytes, wholeCharacters(bytes));
        String text = text(whole);
        int at = masker.safeCut(text, text.length());
        byte[] rest = text.substring(at).getBytes(StandardCharsets.UTF_8);
        if (!endsWith(whole, rest)) {
            // Bytes that are no text have no place in it by which the rest could be found.
            at = text.length();
            rest = new byte[0];
        }
        int length = whole.length - rest.length;
        if (length > 0) {
            add(text.substring(0, at), lines);
            stored += length;
            held.reset();
            held.write(bytes, length, bytes.length - length);
        }
    }

    private void add(String line, List<LogWriter.Text> lines) {
        String masked = masker.mask(line.indexOf('\0') < 0 ? line : line.replace('\0', '\u2400'));
        if (masked.length() <= LogLine.MAX_LENGTH) {
            lines.add(new LogWriter.Text(stream, masked));
            return;
        }
        for (int from = 0; from < masked.length(); ) {
            int to = Math.min(masked.length(), from + LogLine.MAX_LENGTH);
            if (to < masked.length() && Character.isHighSurrogate(masked.charAt(to - 1))) {
                to--;
            }
            lines.add(new LogWriter.Text(stream, masked.substring(from, to)));
            from = to;
        }
    }

    private static boolean endsWith(byte[] bytes, byte[] end) {
        int from = bytes.length - end.length;
        return from >= 0 && Arrays.equals(bytes, from, bytes.length, end, 0, end.length);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** How many of the bytes there are without a character that the end cuts in two. */
    private static int wholeCharacters(byte[] bytes) {
        for (int back = 1; back <= Math.min(3, bytes.length); back++) {
            int b = bytes[bytes.length - back] & 0xFF;
            if (b >= 0xC0) {
                int needed = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
                return needed > back ? bytes.length - back : bytes.length;
            }
            if (b < 0x80) {
                return bytes.length;
            }
        }
        return bytes.length;
    }
}
