package dev.quark.core.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Numbers lines, stores them, and then shows them. For one thread. */
public final class LogWriter implements AutoCloseable {

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

    /** How far the command's output is stored. */
    public SpoolPosition position() {
        return position;
    }

    /**
     * Stores lines of a command's output and shows them to readers; they are durable when this returns. Where it throws,
     * they may be stored or not: a writer that is opened anew continues where the log ends.
     *
     * @param after how far the output is stored with them
     */
    public void append(List<Text> texts, Instant at, SpoolPosition after) {
        if (texts.isEmpty()) {
            return;
        }
        List<LogLine> lines = new ArrayList<>(texts.size());
        for (Text text : texts) {
            lines.add(new LogLine(++seq, at, text.stream(), text.text()));
        }
        LogBatch batch = new LogBatch(feed.log, lines, after);
        store.append(batch);
        position = after;
        feed.show(batch);
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
