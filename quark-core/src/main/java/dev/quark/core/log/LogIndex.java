package dev.quark.core.log;

import dev.quark.core.problem.InvalidException;
import dev.quark.core.source.RepositoryName;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds lines in the logs of deployments that have ended. It is made from what is stored, beside the writing of logs and
 * never in its way; lines that go from a log go from it. Implementations are safe for use by many threads and processes.
 */
public interface LogIndex {

    /** How many lines are shown before a line that was found, and after it. */
    int AROUND = 2;

    /**
     * Takes in some lines that can't be found yet, in one short step; what was taken in is durable when it returns. What a
     * crash left over is taken in by later calls.
     *
     * @return whether there may be more
     */
    boolean takeIn();

    /** Looks for lines, newest first, at a cost that doesn't grow with the number of lines that are stored. */
    Page search(Request request);

    /**
     * What is looked for.
     *
     * @param text what a line must have
     * @param repository only in deployments of this one; null for all
     * @param from only lines of that time or later; null for all
     * @param to only lines of that time or earlier; null for all
     * @param limit at most so many
     * @param before where the page before ended; null for the first page
     */
    record Request(
            SearchText text,
            @Nullable RepositoryName repository,
            @Nullable Instant from,
            @Nullable Instant to,
            int limit,
            @Nullable Place before) {

        /** Whether a line is among those that are looked for. */
        public boolean wants(LogLine line) {
            return (from == null || !line.at().isBefore(from))
                    && (to == null || !line.at().isAfter(to))
                    && text.matches(line.text());
        }
    }

    /**
     * Some of the lines that were looked for.
     *
     * @param hits newest first
     * @param next where the next page begins; null where there is none. A search that had to look at much to find little
     *     ends early, and gives fewer than were asked for, or none, and a next page
     */
    record Page(List<Hit> hits, @Nullable Place next) {}

    /**
     * A line that was found.
     *
     * @param log whose line it is
     * @param before the lines before it, at most {@link #AROUND}, in order
     * @param after the lines after it, likewise
     */
    record Hit(LogId log, LogLine line, List<LogLine> before, List<LogLine> after) {}

    /**
     * Where a page ended.
     *
     * @param chunk the number of the lines that were taken in together
     * @param seq the last line's number in its log
     */
    record Place(long chunk, long seq) {

        private static final Pattern FORM = Pattern.compile("(\\d{1,19})-(\\d{1,18})");

        /** @throws InvalidException for what isn't the text of a place */
        public static Place parse(String text) {
            var parts = FORM.matcher(text);
            try {
                if (parts.matches()) {
                    return new Place(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)));
                }
            } catch (NumberFormatException e) {
                // The same fault as another text.
            }
            throw new InvalidException("before", "must be what a page gave as next");
        }

        @Override
        public String toString() {
            return chunk + "-" + seq;
        }
    }
}
