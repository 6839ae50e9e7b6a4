package dev.quark.http;

/**
 * The least speed at which a client has to send: in each span of time anew, so that who was fast at first can't be idle
 * later. Not thread-safe.
 */
final class Pace {

    private static final long SPAN_NANOS = 20_000_000_000L;
    private static final long LEAST_BYTES_A_SPAN = 20 * 16 * 1024;

    private long since;
    private long bytes;

    /** @param now the nanosecond at which sending begins */
    Pace(long now) {
        since = now;
    }

    /** Whether the client is fast enough, now that more has come. */
    boolean isKept(int more, long now) {
        bytes += more;
        if (now - since <= SPAN_NANOS) {
            return true;
        }
        boolean kept = bytes >= LEAST_BYTES_A_SPAN;
        since = now;
        bytes = 0;
        return kept;
    }
}
