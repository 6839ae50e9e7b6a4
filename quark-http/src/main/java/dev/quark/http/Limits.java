package dev.quark.http;

import java.time.Duration;

/**
 * How much may fail before who causes it has to wait.
 *
 * @param signIns attempts to sign in, from one address
 * @param account attempts to sign in to one account, from anywhere
 * @param tokens wrong tokens, from one address
 * @param signatures deliveries with a wrong signature, from one address
 */
public record Limits(Limit signIns, Limit account, Limit tokens, Limit signatures) {

    /** 10 in 5 min, 30 in 15 min, 30 in 1 min, and 60 in 1 min. */
    public static final Limits DEFAULT = new Limits(
            new Limit(10, Duration.ofMinutes(5)),
            new Limit(30, Duration.ofMinutes(15)),
            new Limit(30, Duration.ofMinutes(1)),
            new Limit(60, Duration.ofMinutes(1)));

    /**
     * One of them.
     *
     * @param most how much may fail at once
     * @param within the time after which as much may fail again
     */
    public record Limit(int most, Duration within) {}
}
