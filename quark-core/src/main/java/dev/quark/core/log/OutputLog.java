package dev.quark.core.log;

import java.time.Instant;
import java.util.List;

/** Where one command's output is stored as lines, together with how far it is stored. For one thread. */
public interface OutputLog {

    /** How far the command's output is stored. */
    SpoolPosition position();

    /**
     * Stores lines and shows them to readers; they are durable when this returns. Where it throws, they may be stored or not:
     * a writer that is opened anew continues where the log ends.
     *
     * @param after how far the output is stored with them
     */
    void append(List<LogWriter.Text> texts, Instant at, SpoolPosition after);

    /** How many watch the lines as they come. */
    int readers();
}
