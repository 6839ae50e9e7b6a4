package dev.quark.core.log;

/**
 * How far a command's spooled output has been stored as lines: the offsets, in bytes, after the last whole line of each
 * stream.
 *
 * @param stdout of standard output
 * @param stderr of standard error
 */
public record SpoolPosition(long stdout, long stderr) {

    /** Nothing has been stored. */
    public static final SpoolPosition START = new SpoolPosition(0, 0);

    /** The position after {@code bytes} more of a stream. */
    public SpoolPosition plus(LogStream stream, long bytes) {
        return switch (stream) {
            case STDOUT -> new SpoolPosition(stdout + bytes, stderr);
            case STDERR -> new SpoolPosition(stdout, stderr + bytes);
            case SYSTEM -> this;
        };
    }
}
