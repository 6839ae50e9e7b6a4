package dev.quark.core.service;

import dev.quark.core.config.ConfigId;
import dev.quark.core.problem.ConflictException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Routes requests that are {@linkplain #begin begun} and ended by a test; there are no sockets. */
public final class InMemoryTrafficRouter implements TrafficRouter {

    private final Clock clock;
    private final Map<ConfigId, Route> routes = new LinkedHashMap<>();
    private final Map<ConfigId, long[]> counts = new HashMap<>();
    private final List<Switch> switches = new ArrayList<>();
    private final List<Request> inFlight = new ArrayList<>();

    /** A router without routes. */
    public InMemoryTrafficRouter(Clock clock) {
        this.clock = clock;
    }

    /** A user's request arrives; empty where it gets 404. Its port is 0 where it gets 503. */
    public synchronized Optional<Request> begin(String host, String path) {
        Comparator<Route> exact = Comparator.comparingInt(route -> exactness(route, host));
        Comparator<Route> longest =
                Comparator.comparingInt(route -> route.prefix().value().length());
        return routes.values().stream()
                .filter(route -> exactness(route, host) >= 0 && route.prefix().matches(path))
                .max(exact.thenComparing(longest))
                .map(this::dispatch);
    }

    private long[] count(ConfigId config) {
        return Objects.requireNonNull(counts.get(config));
    }

    private static int exactness(Route route, String host) {
        return route.hosts().stream()
                .filter(pattern -> pattern.matches(host))
                .mapToInt(pattern -> pattern.isAny()
                        ? 0
                        : pattern.isWildcard() ? pattern.value().length() : 1000)
                .max()
                .orElse(-1);
    }

    private Request dispatch(Route route) {
        long[] count = count(route.config());
        int port = route.ports().isEmpty()
                ? 0
                : route.ports().get((int) (count[3]++ % route.ports().size()));
        Request request = new Request(route.config(), route.release(), port, clock.instant());
        if (port > 0) {
            inFlight.add(request);
        } else {
            ended(request, false);
        }
        return request;
    }

    /** A request's app answers it, with a status, or with none where it breaks off. */
    public synchronized void end(Request request, int status) {
        if (inFlight.remove(request)) {
            Route route = routes.get(request.config());
            if (route != null && route.release().equals(request.release())) {
                long[] count = count(request.config());
                count[0] += status > 0 ? 1 : 0;
                count[1] += status >= 500 ? 1 : 0;
                count[2] += status > 0 ? 0 : 1;
            }
            ended(request, status > 0);
        }
        notifyAll();
    }

    private void ended(Request request, boolean answered) {
        Duration took = Duration.between(request.begun(), clock.instant());
        for (Switch each : switches) {
            if (each.result == null && each.config.equals(request.config())) {
                each.requests++;
                each.failed += answered ? 0 : 1;
                each.slowest = each.slowest.compareTo(took) > 0 ? each.slowest : took;
            }
        }
        finishDrains();
    }

    /** Whether a request is still under way. */
    public synchronized boolean isInFlight(Request request) {
        return inFlight.contains(request);
    }

    @Override
    public synchronized void switchTo(Route route) {
        routes.values().stream().filter(route::collidesWith).findFirst().ifPresent(other -> {
            throw new ConflictException("Config " + other.config() + " answers for this host and path already.");
        });
        Route before = routes.put(route.config(), route);
        if (before == null || !before.release().equals(route.release())) {
            counts.put(route.config(), new long[4]);
            switches.add(new Switch(
                    route.config(),
                    route.release(),
                    before == null ? null : before.release(),
                    route.drain(),
                    clock.instant()));
            finishDrains();
        }
    }

    @Override
    public synchronized Drain awaitDrain(ConfigId config, String release, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (true) {
            finishDrains();
            Switch latest = latest(config, release);
            if (latest == null || latest.result != null) {
                return new Drain.Over(latest == null ? null : latest.result);
            }
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return new Drain.UnderWay();
            }
            wait(Math.min(left, 20));
        }
    }

    private @Nullable Switch latest(ConfigId config, String release) {
        return switches.reversed().stream()
                .filter(each -> each.config.equals(config) && each.release.equals(release))
                .findFirst()
                .orElse(null);
    }

    private void finishDrains() {
        for (Switch each : switches) {
            if (each.result != null) {
                continue;
            }
            Instant now = clock.instant();
            List<Request> old = inFlight.stream()
                    .filter(request -> request.config().equals(each.config)
                            && request.release().equals(each.from))
                    .toList();
            boolean late = !now.isBefore(each.begun.plus(each.drain));
            if (late) {
                inFlight.removeAll(old);
                each.requests += old.size();
                each.failed += old.size();
            }
            if (old.isEmpty() || late) {
                Duration took = Duration.between(each.begun, now);
                each.result = new Cutover(each.requests, each.failed, each.slowest, took);
            }
        }
    }

    @Override
    public synchronized Optional<Traffic> traffic(ConfigId config) {
        return Optional.ofNullable(routes.get(config)).map(route -> {
            long[] count = count(config);
            return new Traffic(route.release(), count[0], count[1], count[2]);
        });
    }

    @Override
    public synchronized List<Route> routes() {
        return List.copyOf(routes.values());
    }

    @Override
    public synchronized void remove(ConfigId config) {
        Route before = routes.remove(config);
        switches.removeIf(each -> each.config.equals(config) && each.result != null);
        if (before != null) {
            switches.add(new Switch(config, NO_RELEASE, before.release(), before.drain(), clock.instant()));
            finishDrains();
        }
    }

    /**
     * A request under way.
     *
     * @param config whose it is
     * @param release what answers it
     * @param port the instance that does; 0 where none can
     * @param begun when it arrived
     */
    public record Request(ConfigId config, String release, int port, Instant begun) {}

    private static final class Switch {
        private final ConfigId config;
        private final String release;
        private final @Nullable String from;
        private final Duration drain;
        private final Instant begun;
        private long requests;
        private long failed;
        private Duration slowest = Duration.ZERO;
        private @Nullable Cutover result;

        private Switch(ConfigId config, String release, @Nullable String from, Duration drain, Instant begun) {
            this.config = config;
            this.release = release;
            this.from = from;
            this.drain = drain;
            this.begun = begun;
        }
    }
}
