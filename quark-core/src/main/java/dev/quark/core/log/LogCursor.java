package dev.quark.core.log;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A reader's place in a log: stored lines first, then live ones, in order, each once. For one thread. */
public final class LogCursor implements AutoCloseable {

    private static final int PAGE = 2000;

    private final LiveLogs logs;
    private final LogFeed feed;
    private final LogStore store;
    private long seq;
    private long seen = -1;
    private long heard = -1;
    private boolean closed;

    LogCursor(LiveLogs logs, LogFeed feed, LogStore store, long after) {
        this.logs = logs;
        this.feed = feed;
        this.store = store;
        this.seq = after;
    }

    /**
     * The lines after the last ones that were taken, without waiting; null where there are none. Lines that another reader
     * has at the same time come in the same batch.
     */
    public @Nullable Lines take() {
        long wakes = feed.wakes();
        LogBatch batch = feed.holding(seq + 1);
        if (batch != null) {
            // What comes after it is held as well, or is yet to come, or was dropped for something that came: a wake.
            seen = wakes;
        } else if (wakes != seen) {
            List<LogLine> page = store.read(feed.log, seq, PAGE);
            batch = page.isEmpty() ? null : new LogBatch(feed.log, page, SpoolPosition.START);
        }
        if (batch == null) {
            seen = wakes;
            return null;
        }
        int from = (int) Math.max(0, seq + 1 - batch.firstSeq());
        seq = batch.lastSeq();
        return new Lines(batch, from);
    }

    /**
     * Waits for lines, or for another reason to look, since the last {@link #take} that gave nothing.
     *
     * @return false where nothing came in that time
     */
    public boolean await(Duration atMost) throws InterruptedException {
        return feed.await(seen, atMost);
    }

    /** Whether there was another reason to look than lines since it was asked last; at first there is. */
    public boolean wasCalled() {
        long calls = feed.calls();
        boolean called = calls != heard;
        heard = calls;
        return called;
    }

    /** Makes the next {@link #take} look into storage, whether there was news or not. */
    public void rewindNews() {
        seen = -1;
    }

    /** The number of the last line that was taken. */
    public long seq() {
        return seq;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            logs.leave(feed);
        }
    }

    /**
     * Lines to show.
     *
     * @param batch holds them
     * @param from the index of the first of them in the batch
     */
    public record Lines(LogBatch batch, int from) {

        /** The lines, in order. */
        public List<LogLine> list() {
            return batch.lines().subList(from, batch.lines().size());
        }
    }
}
