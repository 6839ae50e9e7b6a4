package dev.quark.core.log;

import java.time.Instant;

/**
 * One line of a deployment's log.
 *
 * @param seq its number: 1 for the first, then without a gap
 * @param at when QUARK read it, to the millisecond
 * @param stream where it comes from
 * @param text the line without its end, secrets masked; at most {@link #MAX_LENGTH} characters
 */
public record LogLine(long seq, Instant at, LogStream stream, String text) {

    /** The longest line; what a command prints without a line end beyond that is stored as several lines. */
    public static final int MAX_LENGTH = 16 * 1024;
}
