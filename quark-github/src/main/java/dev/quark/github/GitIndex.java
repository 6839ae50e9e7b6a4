package dev.quark.github;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The index of a release in git's format (version 2). Entries that stay are copied as they are, which takes a fraction of
 * the time of reading and writing them one by one.
 */
final class GitIndex {

    private static final int SIGNATURE = 0x44495243; // DIRC
    private static final int HEADER = 12;
    private static final int DIGEST = 20;
    private static final int FIXED = 62;
    private static final int AT_FLAGS = 60;
    private static final int NAME_LENGTH = 0xfff;
    private static final int ASSUME_VALID = 0x8000;

    private final byte[] bytes;

    /** @param bytes the content of an index file that was made here */
    GitIndex(byte[] bytes) {
        this.bytes = bytes;
    }

    /** An index without entries. */
    static GitIndex empty() {
        return new GitIndex(sealed(header(ByteBuffer.allocate(HEADER + DIGEST), 0)));
    }

    /** The content of the index file. */
    byte[] bytes() {
        return bytes;
    }

    /**
     * A file as it was written.
     *
     * @param path its path from the repository's root
     * @param mode its mode
     * @param content the object with its content
     * @param size its length
     * @param modified when it was written
     * @param exact false where the file system can't hold it byte for byte, so that git is not to look for differences
     */
    record Entry(String path, FileMode mode, ObjectId content, long size, Instant modified, boolean exact) {}

    /** The index after files were removed, and others written or written anew. */
    GitIndex with(Collection<String> removed, Collection<Entry> written) {
        NavigableMap<byte[], @Nullable Entry> changes = new TreeMap<>(Arrays::compareUnsigned);
        int room = bytes.length;
        for (String path : removed) {
            changes.put(path.getBytes(StandardCharsets.UTF_8), null);
        }
        for (Entry entry : written) {
            byte[] path = entry.path().getBytes(StandardCharsets.UTF_8);
            changes.put(path, entry);
            room += padded(path.length);
        }
        return merge(ByteBuffer.wrap(bytes), changes, ByteBuffer.allocate(room));
    }

    private static GitIndex merge(ByteBuffer old, NavigableMap<byte[], @Nullable Entry> changes, ByteBuffer merged) {
        int left = old.getInt(HEADER - Integer.BYTES);
        int count = 0;
        int at = HEADER;
        merged.position(HEADER);
        for (; left > 0; left--) {
            int length = old.getShort(at + AT_FLAGS) & NAME_LENGTH;
            length = length < NAME_LENGTH ? length : longName(old, at + FIXED);
            byte[] path = new byte[length];
            old.get(at + FIXED, path);
            count += append(changes.headMap(path, false), merged);
            if (!changes.isEmpty() && Arrays.equals(changes.firstKey(), path)) {
                count += append(changes.headMap(path, true), merged);
            } else {
                merged.put(merged.position(), old, at, padded(length));
                merged.position(merged.position() + padded(length));
                count++;
            }
            at += padded(length);
        }
        count += append(changes, merged);
        return new GitIndex(sealed(header(merged, count)));
    }

    /** Writes the changes, and takes them out of the map. */
    private static int append(NavigableMap<byte[], @Nullable Entry> changes, ByteBuffer merged) {
        int count = 0;
        for (Map.Entry<byte[], @Nullable Entry> change : changes.entrySet()) {
            Entry entry = change.getValue();
            if (entry != null) {
                append(change.getKey(), entry, merged);
                count++;
            }
        }
        changes.clear();
        return count;
    }

    private static void append(byte[] path, Entry entry, ByteBuffer merged) {
        int start = merged.position();
        Instant modified = entry.modified();
        for (int time = 0; time < 2; time++) {
            merged.putInt((int) modified.getEpochSecond()).putInt(modified.getNano());
        }
        merged.putInt(0).putInt(0); // device, inode
        merged.putInt(entry.mode().getBits());
        merged.putInt(0).putInt(0); // user, group
        merged.putInt((int) entry.size());
        entry.content().copyRawTo(merged);
        int flags = Math.min(path.length, NAME_LENGTH) | (entry.exact() ? 0 : ASSUME_VALID);
        merged.putShort((short) flags).put(path);
        merged.position(start + padded(path.length));
    }

    private static int longName(ByteBuffer index, int at) {
        int end = at + NAME_LENGTH;
        while (index.get(end) != 0) {
            end++;
        }
        return end - at;
    }

    /** An entry ends with one to eight zeros, at a multiple of eight. */
    private static int padded(int nameLength) {
        return (FIXED + nameLength + 8) & ~7;
    }

    private static ByteBuffer header(ByteBuffer index, int count) {
        int end = Math.max(HEADER, index.position());
        index.putInt(0, SIGNATURE).putInt(4, 2).putInt(8, count);
        return index.position(end);
    }

    private static byte[] sealed(ByteBuffer index) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update(index.duplicate().flip());
            index.put(digest.digest());
            byte[] content = new byte[index.flip().limit()];
            index.get(content);
            return content;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-1", e);
        }
    }
}
