package dev.quark.runner;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads one spooled stream onward from a position. Not thread-safe. A {@link RandomAccessFile}, since a channel would close
 * when its reader is interrupted.
 */
final class SpoolReader implements AutoCloseable {

    /** How much of the stream is looked at. */
    enum Upto {
        /** All of it. */
        EVERYTHING,
        /** What comes before the mark that ends it; a beginning of the mark is held back. */
        MARK
    }

    private final RandomAccessFile file;
    private final byte[] mark;
    private long position;
    private boolean ended;

    SpoolReader(Path path, long position, byte[] mark) throws IOException {
        this.file = new RandomAccessFile(path.toFile(), "r");
        this.position = position;
        this.mark = mark.clone();
    }

    long position() {
        return position;
    }

    long size() throws IOException {
        return file.length();
    }

    /** Whether the mark was reached. */
    boolean hasEnded() {
        return ended;
    }

    /** The bytes at the position, without moving it; none at the end of the file. */
    byte[] peek(long max) throws IOException {
        long length = ended ? 0 : Math.min(max, file.length() - position);
        if (length <= 0) {
            return new byte[0];
        }
        byte[] bytes = new byte[(int) length];
        file.seek(position);
        int count = 0;
        while (count < bytes.length) {
            int read = file.read(bytes, count, bytes.length - count);
            if (read < 0) {
                return Arrays.copyOf(bytes, count);
            }
            count += read;
        }
        return bytes;
    }

    /** Moves past those of the peeked bytes that are the command's, and gives them. */
    byte[] accept(byte[] peeked, Upto upto) {
        byte[] accepted = upto == Upto.MARK ? upToMark(peeked) : peeked;
        position += accepted.length;
        return accepted;
    }

    private byte[] upToMark(byte[] bytes) {
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] == mark[0] && startsWithMark(bytes, at)) {
                // Cut short by the end of what was peeked, it may yet be the mark or not.
                ended = bytes.length - at >= mark.length;
                return Arrays.copyOf(bytes, at);
            }
        }
        return bytes;
    }

    private boolean startsWithMark(byte[] bytes, int at) {
        int length = Math.min(mark.length, bytes.length - at);
        return Arrays.equals(bytes, at, at + length, mark, 0, length);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
