package dev.quark.http;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the server listens.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 for any free one
 * @param trustedProxies the networks (CIDR, or single addresses) whose {@code X-Forwarded-For} is believed
 * @param frontendOrigin the origin of a dashboard that is served elsewhere, such as {@code https://dash.example.com}; null
 *     for none
 * @param anonymousLogStream whether those may listen to what is asked of the API who don't say who they are
 * @param times how long things may take
 * @param limits how much may fail
 */
public record Settings(
        String host,
        int port,
        List<String> trustedProxies,
        @Nullable String frontendOrigin,
        boolean anonymousLogStream,
        Times times,
        Limits limits) {

    /** @throws IllegalArgumentException for a port or a network that isn't one */
    public Settings {
        trustedProxies = List.copyOf(trustedProxies);
        trustedProxies.forEach(Network::parse);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("The port must be 0 to 65535, not " + port + ".");
        }
    }

    /** Whether a text is an address or a network, as {@link #trustedProxies} has them. */
    public static boolean isNetwork(String text) {
        try {
            Network.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The settings that suit nearly everybody. */
    public static Settings of(String host, int port) {
        return new Settings(host, port, List.of(), null, true, Times.DEFAULT, Limits.DEFAULT);
    }

    /**
     * How long things may take.
     *
     * @param idle without a byte on a connection, or from a WebSocket client that is pinged, before it is closed
     * @param heartbeat between two signs of life on a quiet stream
     * @param stall for a stream's client to take the next 64 KiB before it is dropped
     * @param stop for requests in flight when the server stops
     */
    public record Times(Duration idle, Duration heartbeat, Duration stall, Duration stop) {

        /** 30 s, 15 s, 30 s and 10 s. */
        public static final Times DEFAULT = new Times(
                Duration.ofSeconds(30), Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofSeconds(10));
    }
}
