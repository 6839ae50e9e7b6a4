package dev.quark.core.result;

import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;

/**
 * How patient to be with the host.
 *
 * @param first the wait after the first attempt that failed; each next one is twice as long
 * @param longest no wait is longer
 * @param giveUp what the host wasn't told so long after it happened, it isn't told any more
 * @param atOnce how many deployments the host is told about at the same time
 * @param chance numbers from 0 to 1, so that not all try again in the same moment
 */
public record Pace(Duration first, Duration longest, Duration giveUp, int atOnce, DoubleSupplier chance) {

    /** What QUARK does: from some seconds to ten minutes, for a day, four at once. */
    public static Pace ofDay(DoubleSupplier chance) {
        return new Pace(Duration.ofSeconds(4), Duration.ofMinutes(10), Duration.ofHours(24), 4, chance);
    }

    /** When to try again after so many attempts: half of the wait is certain, the other half chance. */
    Instant after(int attempts, Instant now) {
        long wait = Math.min(longest.toMillis(), first.toMillis() << Math.min(Math.max(0, attempts - 1), 20));
        return now.plusMillis(wait / 2 + (long) (wait / 2.0 * chance.getAsDouble()));
    }

    /** Some time after the host takes requests again, so that not all come at once. */
    Instant afterLimit(Instant until, Instant now) {
        Instant earliest = until.isAfter(now) ? until : now;
        return earliest.plusMillis((long) (first.toMillis() * chance.getAsDouble()));
    }
}
