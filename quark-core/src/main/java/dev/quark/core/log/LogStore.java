package dev.quark.core.log;

import java.time.Instant;
import java.util.List;

/**
 * Keeps the logs of deployments. Implementations are safe for use by many threads, with one writer per log; logs of a
 * million lines are written and read without being held in memory.
 */
public interface LogStore {

    /**
     * Adds lines, durable when the method returns. The first continues the numbering.
     *
     * @throws IllegalStateException where lines with these numbers are stored already: somebody else writes this log
     */
    void append(LogBatch batch);

    /**
     * The lines after a number, in order: at most {@code limit}, and fewer where they are long (about 1 MiB of text at a
     * time), but at least one where there is one.
     *
     * @param after the number of the last line that is known; 0 for none
     */
    List<LogLine> read(LogId log, long after, int limit);

    /** Where a log ends. */
    End end(LogId log);

    /**
     * Removes lines that were read before a time; the deployments they belong to stay.
     *
     * @param limit remove at most about so many lines, so that nobody else waits for long
     * @return whether there may be more to remove
     */
    boolean prune(Instant before, int limit);

    /**
     * Where a log ends.
     *
     * @param lastSeq the last line's number; 0 where there is no line
     * @param position how far the command's output is stored
     */
    record End(long lastSeq, SpoolPosition position) {

        /** An empty log's. */
        public static final End EMPTY = new End(0, SpoolPosition.START);
    }
}
