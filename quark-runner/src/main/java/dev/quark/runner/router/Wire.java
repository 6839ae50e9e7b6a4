package dev.quark.runner.router;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quark.core.config.ConfigId;
import dev.quark.core.config.HostPattern;
import dev.quark.core.config.PathPrefix;
import dev.quark.core.service.Cutover;
import dev.quark.core.service.Route;
import dev.quark.core.service.Traffic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What QUARK and the router's process say to each other, one JSON object a line, and what the router keeps on disk. A router
 * of one build is spoken to by another while an upgrade is under way, so members are only ever added.
 */
public final class Wire {

    private static final ObjectMapper JSON = new ObjectMapper()
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
            .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);

    private Wire() {}

    /**
     * A request to the router's process.
     *
     * @param op what is asked: hello, switch, drain, traffic, remove, or routes, which lists them
     * @param route for {@code switch}
     * @param config for {@code drain}, {@code traffic} and {@code remove}
     * @param release for {@code drain}
     * @param waitMs for {@code drain}: how long to wait for its end
     */
    public record Ask(
            String op,
            @Nullable RouteLine route,
            @Nullable String config,
            @Nullable String release,
            long waitMs) {

        /** A question without arguments. */
        public static Ask of(String op) {
            return new Ask(op, null, null, null, 0);
        }

        /** A question about a config. */
        public static Ask of(String op, ConfigId config) {
            return new Ask(op, null, config.toString(), null, 0);
        }
    }

    /**
     * The answer.
     *
     * @param error what was wrong with the request or went wrong; null where nothing did
     * @param conflict the config that has the host and prefix already
     * @param underWay whether a drain goes on
     * @param cutover what a switch cost
     * @param traffic how the release answers
     * @param routes the routes
     * @param hello who answers
     */
    public record Reply(
            @Nullable String error,
            @Nullable String conflict,
            boolean underWay,
            @Nullable CutoverLine cutover,
            @Nullable TrafficLine traffic,
            @Nullable List<RouteLine> routes,
            @Nullable Hello hello) {

        /** It was done. */
        public static final Reply DONE = new Reply(null, null, false, null, null, null, null);

        /** It wasn't. */
        public static Reply error(String message) {
            return new Reply(message, null, false, null, null, null, null);
        }

        /** Another config has the host and prefix. */
        public static Reply conflict(ConfigId other) {
            return new Reply(null, other.toString(), false, null, null, null, null);
        }

        /** A drain goes on, or is over. */
        public static Reply drain(boolean underWay, @Nullable Cutover cutover) {
            return new Reply(null, null, underWay, cutover == null ? null : CutoverLine.of(cutover), null, null, null);
        }

        /** How a release answers; null where there is no route. */
        public static Reply traffic(@Nullable Traffic traffic) {
            return new Reply(null, null, false, null, traffic == null ? null : TrafficLine.of(traffic), null, null);
        }

        /** The routes. */
        public static Reply routes(List<Route> routes) {
            return new Reply(
                    null,
                    null,
                    false,
                    null,
                    null,
                    routes.stream().map(RouteLine::of).toList(),
                    null);
        }

        /** Who answers. */
        public static Reply hello(Hello hello) {
            return new Reply(null, null, false, null, null, null, hello);
        }
    }

    /**
     * Who a router is.
     *
     * @param build names the build and the arguments it was started with; QUARK replaces one that isn't its own
     * @param pid the process
     * @param port where it listens
     * @param warmUp how many requests of its own it answered before it took any
     */
    public record Hello(String build, long pid, int port, int warmUp) {}

    /** {@link Route} as text. */
    public record RouteLine(
            String config,
            List<String> hosts,
            String prefix,
            boolean stripPrefix,
            String release,
            List<Integer> ports,
            long drainMs) {

        /** A route's text. */
        public static RouteLine of(Route route) {
            return new RouteLine(
                    route.config().toString(),
                    route.hosts().stream().map(HostPattern::value).toList(),
                    route.prefix().value(),
                    route.stripPrefix(),
                    route.release(),
                    route.ports(),
                    route.drain().toMillis());
        }

        /** The route. */
        public Route route() {
            return new Route(
                    ConfigId.parse(config),
                    hosts.stream().map(HostPattern::new).toList(),
                    new PathPrefix(prefix),
                    stripPrefix,
                    release,
                    ports,
                    Duration.ofMillis(drainMs));
        }
    }

    /** {@link Cutover} as text. */
    public record CutoverLine(long requests, long failed, long p99Us, long durationUs) {

        /** A cutover's text. */
        public static CutoverLine of(Cutover cutover) {
            return new CutoverLine(
                    cutover.requests(),
                    cutover.failed(),
                    cutover.p99().toNanos() / 1000,
                    cutover.duration().toNanos() / 1000);
        }

        /** The cutover. */
        public Cutover cutover() {
            return new Cutover(requests, failed, Duration.ofNanos(p99Us * 1000), Duration.ofNanos(durationUs * 1000));
        }
    }

    /** {@link Traffic} as text. */
    public record TrafficLine(String release, long responses, long serverErrors, long failures) {

        /** A count's text. */
        public static TrafficLine of(Traffic traffic) {
            return new TrafficLine(traffic.release(), traffic.responses(), traffic.serverErrors(), traffic.failures());
        }

        /** The count. */
        public Traffic traffic() {
            return new Traffic(release, responses, serverErrors, failures);
        }
    }

    /**
     * What the router keeps on disk.
     *
     * @param routes the routes
     * @param cutovers the outcomes of switches, oldest first
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Kept(List<RouteLine> routes, List<KeptCutover> cutovers) {

        /** Nothing yet. */
        public static final Kept NOTHING = new Kept(List.of(), List.of());
    }

    /** What a switch cost, and which one it was. */
    public record KeptCutover(String config, String release, CutoverLine cutover) {}

    /** One line of JSON, without the line's end. */
    public static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads JSON that this very program wrote, or that is bound to be some. */
    static <T> T parse(String text, Class<T> type) {
        try {
            return read(text, type);
        } catch (IOException e) {
            throw new UncheckedIOException("no " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads a line of JSON.
     *
     * @throws IOException where it is none, or another kind of object
     */
    public static <T> T read(String line, Class<T> type) throws IOException {
        T value = JSON.readValue(line, type);
        if (value == null) {
            throw new IOException("null is no " + type.getSimpleName());
        }
        return value;
    }
}
