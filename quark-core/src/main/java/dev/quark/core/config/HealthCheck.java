package dev.quark.core.config;

import dev.quark.core.problem.Faults;
import dev.quark.core.problem.InvalidException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How it is found out that an instance of an app can take requests.
 *
 * @param path is asked for with GET; 2xx and 3xx are healthy. Null: it is enough that the instance listens on its port
 * @param interval how long after an answer that isn't healthy it is asked again: 50 ms to 1 min
 * @param timeout how long a new instance may take until it is healthy: 1 s to 1 h
 */
public record HealthCheck(@Nullable String path, Duration interval, Duration timeout) {

    /** The one of an app that asks for no other. */
    public static final HealthCheck DEFAULT = new HealthCheck("/", Duration.ofMillis(250), Duration.ofSeconds(60));

    /** @throws InvalidException for a path or a time outside its range */
    public HealthCheck {
        Faults faults = new Faults();
        if (path != null
                && !(path.startsWith("/")
                        && path.length() <= 2000
                        && path.chars().allMatch(HealthCheck::isPlain))) {
            faults.add(
                    "service.health_check.path",
                    "must be a path such as /health that begins with / and has only characters that need no escape, or null"
                            + " where it is enough that the port is open");
        }
        if (interval.toMillis() < 50 || interval.compareTo(Duration.ofMinutes(1)) > 0) {
            faults.add("service.health_check.interval_ms", "must be 50 to 60000");
        }
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(Duration.ofHours(1)) > 0) {
            faults.add("service.health_check.timeout_seconds", "must be 1 to 3600");
        }
        faults.throwIfAny();
    }

    /** What a request line and a URL can hold as it is. */
    private static boolean isPlain(int c) {
        return c > ' ' && c < 0x7f && "\"<>\\^`{|}#".indexOf(c) < 0;
    }
}
