package dev.quark.core.log;

import java.util.List;

/**
 * Lines of one log that are stored together. Compares by identity: readers share one batch and may remember what
 * they made of it.
 */
public final class LogBatch {

    private final LogId log;
    private final List<LogLine> lines;
    private final SpoolPosition position;

    /**
     * A batch of lines.
     *
     * @param lines at least one, numbered without a gap
     * @param position how far the command's output is stored once these lines are
     */
    public LogBatch(LogId log, List<LogLine> lines, SpoolPosition position) {
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("A batch has at least one line.");
        }
        this.log = log;
        this.lines = List.copyOf(lines);
        this.position = position;
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

    /** The first line's number. */
    public long firstSeq() {
        return lines.get(0).seq();
    }

    /** The last line's number. */
    public long lastSeq() {
        return lines.get(lines.size() - 1).seq();
    }
}
