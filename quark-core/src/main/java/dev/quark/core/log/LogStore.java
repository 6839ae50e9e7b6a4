package dev.quark.core.log;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Keeps the logs of deployments. Implementations are safe for use by many threads, with one writer per log; logs of a
 * million lines are written and read without being held in memory.
 */
public interface LogStore {

    /** How many lines of a service's log are kept, however young they are. */
    int MOST_SERVICE_LINES = 1_000_000;

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

    /** How far the output of one of several commands is stored that share a log: as its last batch says. */
    SpoolPosition position(LogId log, UUID source);

    /**
     * Removes lines that were read before a time, and of a config's log (a service's) the oldest beyond {@link
     * #MOST_SERVICE_LINES}; the deployments and services they belong to stay, and so does where their writers go on.
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
