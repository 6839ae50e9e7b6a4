package dev.quark.core.metrics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Counts the API's requests since the start. What a client can make up (paths, methods) is never a key, so that there are
 * as many as there are routes. Safe for use by many threads, which don't wait for each other.
 */
public final class RequestCounts {

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

    private static final List<Duration> BOUNDS = Stream.of(1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000)
            .map(Duration::ofMillis)
            .toList();

    private final Map<Key, LongAdder> counts = new ConcurrentHashMap<>();
    private final Map<Route, Histogram> durations = new ConcurrentHashMap<>();

    /**
     * Counts a request that has ended.
     *
     * @param endpoint the template of its route, one of a limited number
     * @param nanos how long it took
     */
    public void add(String method, String endpoint, int status, long nanos) {
        Route route = new Route(METHODS.contains(method) ? method : "other", endpoint);
        counts.computeIfAbsent(new Key(route, status), key -> new LongAdder()).increment();
        durations.computeIfAbsent(route, key -> new Histogram(BOUNDS)).add(nanos);
    }

    /** How many there were of each kind. */
    public Map<Key, Long> counts() {
        Map<Key, Long> sums = new ConcurrentHashMap<>();
        counts.forEach((key, count) -> sums.put(key, count.sum()));
        return sums;
    }

    /** How long they took. */
    public Map<Route, Histogram> durations() {
        return Map.copyOf(durations);
    }

    /**
     * What was asked for.
     *
     * @param method the HTTP method; {@code other} for one that there isn't
     * @param endpoint the route's template
     */
    public record Route(String method, String endpoint) {}

    /**
     * What was asked for, and how it was answered.
     *
     * @param route what was asked for
     * @param status the HTTP status
     */
    public record Key(Route route, int status) {}
}
