package dev.quark.core.log;

import java.util.concurrent.ConcurrentHashMap;

/**
 * The way into every log and out of it. Lines are stored first and then seen; a reader gets the stored ones and then the
 * live ones through one cursor. The latest lines of a log that somebody writes are kept in memory for the readers that keep
 * up; all others read from storage, so that a slow reader costs nobody anything. Safe for use by many threads.
 */
public final class LiveLogs {

    private final LogStore store;
    private final ConcurrentHashMap<LogId, LogFeed> feeds = new ConcurrentHashMap<>();

    /** The logs in a store. */
    public LiveLogs(LogStore store) {
        this.store = store;
    }

    /** Opens a log for writing where it ends; one writer at a time. */
    public LogWriter write(LogId log) {
        LogFeed feed = enter(log);
        return new LogWriter(this, feed, store, store.end(log));
    }

    /**
     * Opens a log for reading.
     *
     * @param after the number of the last line that the reader has; 0 for none
     */
    public LogCursor read(LogId log, long after) {
        return new LogCursor(this, enter(log), store, after);
    }

    /** Makes the readers of a log look for news other than lines. */
    public void wake(LogId log) {
        LogFeed feed = feeds.get(log);
        if (feed != null) {
            feed.wake();
        }
    }

    private LogFeed enter(LogId log) {
        return java.util.Objects.requireNonNull(feeds.compute(log, (id, feed) -> {
            LogFeed entered = feed == null ? new LogFeed(id) : feed;
            entered.users.incrementAndGet();
            return entered;
        }));
    }

    void leave(LogFeed feed) {
        feeds.computeIfPresent(feed.log, (id, present) -> present.users.decrementAndGet() == 0 ? null : present);
    }
}
