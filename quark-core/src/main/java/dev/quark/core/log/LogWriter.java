package dev.quark.core.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Numbers lines, stores them, and then shows them. For one thread. */
public final class LogWriter implements OutputLog, AutoCloseable {

    private final LiveLogs logs;
    private final LogFeed feed;
    private final LogStore store;
    private long seq;
    private SpoolPosition position;

    LogWriter(LiveLogs logs, LogFeed feed, LogStore store, LogStore.End end) {
        this.logs = logs;
        this.feed = feed;
        this.store = store;
        this.seq = end.lastSeq();
        this.position = end.position();
    }

    @Override
    public SpoolPosition position() {
        return position;
    }

    @Override
    public void append(List<Text> texts, Instant at, SpoolPosition after) {
        if (!texts.isEmpty()) {
            append(texts, at, after, null);
            position = after;
        }
    }

    /**
     * Stores lines that one of several commands printed which share this log.
     *
     * @param after how far that command's output is stored with them
     * @param source which command; null for the log's only one
     */
    public void append(List<Text> texts, Instant at, SpoolPosition after, @Nullable UUID source) {
        List<LogLine> lines = new ArrayList<>(texts.size());
        for (Text text : texts) {
            lines.add(new LogLine(++seq, at, text.stream(), text.text()));
        }
        LogBatch batch = new LogBatch(feed.log, lines, after, source);
        store.append(batch);
        feed.show(batch);
    }

    @Override
    public int readers() {
        return feed.users.get() - 1;
    }

    /** Stores a line of QUARK's own. */
    public void note(String text, Instant at) {
        append(List.of(new Text(LogStream.SYSTEM, text)), at, position);
    }

    @Override
    public void close() {
        logs.leave(feed);
    }

    /** A line before it has a number. */
    public record Text(LogStream stream, String text) {}
}
