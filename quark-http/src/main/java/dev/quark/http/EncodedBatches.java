package dev.quark.http;

import dev.quark.core.log.LogBatch;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The newest encoded batches, so that each is encoded once however many clients have it. Thread-safe. */
final class EncodedBatches {

    private static final int MOST_BYTES = 4 << 20;
    private static final int MOST = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Entry> newest = new ArrayDeque<>();
    private long bytes;

    EncodedBatch of(LogBatch batch) {
        return entry(batch).encoded();
    }

    private Entry entry(LogBatch batch) {
        lock.lock();
        try {
            for (Entry entry : newest) {
                if (entry.batch == batch) {
                    return entry;
                }
            }
            Entry entry = new Entry(batch);
            newest.addFirst(entry);
            if (newest.size() > MOST) {
                forgetOldest();
            }
            return entry;
        } finally {
            lock.unlock();
        }
    }

    private void count(Entry entry, int size) {
        lock.lock();
        try {
            if (newest.contains(entry)) {
                entry.size = size;
                bytes += size;
            }
            while (bytes > MOST_BYTES && newest.size() > 1) {
                forgetOldest();
            }
        } finally {
            lock.unlock();
        }
    }

    private void forgetOldest() {
        bytes -= newest.removeLast().size;
    }

    private final class Entry {

        final LogBatch batch;
        int size;
        private final ReentrantLock encoding = new ReentrantLock();
        private @Nullable EncodedBatch encoded;

        Entry(LogBatch batch) {
            this.batch = batch;
        }

        /** The first who asks encodes; the others wait for it. */
        EncodedBatch encoded() {
            encoding.lock();
            try {
                EncodedBatch known = encoded;
                if (known == null) {
                    known = EncodedBatch.of(batch);
                    encoded = known;
                    count(this, known.bytes().length);
                }
                return known;
            } finally {
                encoding.unlock();
            }
        }
    }
}
