package dev.quark.core.log;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Lines of one log that are stored together. Compares by identity: readers share one batch and may remember what
 * they made of it.
 */
public final class LogBatch {

    private final LogId log;
    private final List<LogLine> lines;
    private final SpoolPosition position;
    private final @Nullable UUID source;

    /**
     * A batch of lines.
     *
     * @param lines at least one, numbered without a gap
     * @param position how far the command's output is stored once these lines are
     */
    public LogBatch(LogId log, List<LogLine> lines, SpoolPosition position) {
        this(log, lines, position, null);
    }

    /**
     * A batch of lines that one of several commands printed which share the log.
     *
     * @param lines at least one, numbered without a gap
     * @param position how far that command's output is stored once these lines are
     * @param source which command; null for the log's only one
     */
    public LogBatch(LogId log, List<LogLine> lines, SpoolPosition position, @Nullable UUID source) {
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("A batch has at least one line.");
        }
        this.log = log;
        this.lines = List.copyOf(lines);
        this.position = position;
        this.source = source;
    }

    /** Whose lines they are. */
    public LogId log() {
        return log;
    }

    /** The lines, in order. */
    public List<LogLine> lines() {
        return lines;
    }

    /** How far the command's output is stored once these lines are. */
    public SpoolPosition position() {
        return position;
    }

    /** Which of several commands printed them; null for the log's only one, and for QUARK's own lines. */
    public @Nullable UUID source() {
        return source;
    }

    /** The first line's number. */
    public long firstSeq() {
        return lines.get(0).seq();
    }

    /** The last line's number. */
    public long lastSeq() {
        return lines.get(lines.size() - 1).seq();
    }
}
