package dev.quark.runner;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads one spooled stream onward from a position, file after file. Not thread-safe. A {@link RandomAccessFile}, since a
 * channel would close when its reader is interrupted.
 */
final class SpoolReader implements AutoCloseable {

    /** How much of the stream is looked at. */
    enum Upto {
        /** All of it. */
        EVERYTHING,
        /** What comes before the mark that ends it; a beginning of the mark is held back. */
        MARK
    }

    private final RunFolder folder;
    private final String stream;
    private final byte[] mark;
    private @Nullable RandomAccessFile file;

    /** Where in the stream the file begins. */
    private long begin;

    private long position;
    private boolean ended;

    SpoolReader(RunFolder folder, String stream, long position, byte[] mark) {
        this.folder = folder;
        this.stream = stream;
        this.position = position;
        this.mark = mark.clone();
    }

    /**
     * Opens the file that holds the position, or the next one where that is gone. To be called before each {@link #peek}.
     *
     * @return how many bytes were dropped before the position as it is now; mostly 0
     */
    long advance() throws IOException {
        if (file != null && position < begin + file.length()) {
            return 0;
        }
        // Listed before the length is asked for again: a file that has one behind it has its full length.
        SortedSet<Long> all = folder.spools(stream);
        if (file != null && position < begin + file.length()) {
            return 0;
        }
        long next = all.stream()
                .filter(start -> start <= position)
                .reduce((a, b) -> b)
                .orElse(all.isEmpty() ? begin : all.first());
        if (file == null || next != begin) {
            open(next);
        }
        if (position >= begin + length() && all.stream().anyMatch(start -> start > position)) {
            // The file that held the position is gone.
            open(all.tailSet(position).first());
        }
        long dropped = Math.max(0, begin - position);
        position += dropped;
        return dropped;
    }

    private void open(long start) throws IOException {
        try {
            RandomAccessFile opened =
                    new RandomAccessFile(folder.spool(stream, start).toFile(), "r");
            close();
            file = opened;
            begin = start;
        } catch (FileNotFoundException e) {
            // It was dropped in this moment, or the run is discarded: the next look finds another.
        }
    }

    /** Removes the files that hold nothing from a position on. */
    void forget(long upTo) throws IOException {
        Long before = null;
        for (long start : folder.spools(stream)) {
            if (before != null && start <= upTo) {
                Files.deleteIfExists(folder.spool(stream, before));
            }
            before = start;
        }
    }

    long position() {
        return position;
    }

    /** How long the stream is, as far as it is known. */
    long size() throws IOException {
        return begin + length();
    }

    private long length() throws IOException {
        return file == null ? 0 : file.length();
    }

    /** Whether the mark was reached. */
    boolean hasEnded() {
        return ended;
    }

    /** The bytes at the position, without moving it; none at the end of the file. */
    byte[] peek(long max) throws IOException {
        long length = ended || file == null ? 0 : Math.min(max, begin + file.length() - position);
        if (length <= 0 || file == null) {
            return new byte[0];
        }
        byte[] bytes = new byte[(int) length];
        file.seek(position - begin);
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
        if (file != null) {
            file.close();
        }
    }
}
