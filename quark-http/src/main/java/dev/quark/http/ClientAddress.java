package dev.quark.http;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out where a request comes from, also behind proxies. */
final class ClientAddress {

    private final List<Network> trusted;

    ClientAddress(List<String> trustedProxies) {
        trusted = trustedProxies.stream().map(Network::parse).toList();
    }

    /**
     * The nearest address that isn't a trusted proxy's.
     *
     * @param connection the connection's other end
     * @param forwardedFor the {@code X-Forwarded-For} header; null where there is none
     */
    String of(String connection, @Nullable String forwardedFor) {
        String remote = bare(connection);
        if (trusted.isEmpty() || forwardedFor == null || !isTrusted(remote)) {
            return remote;
        }
        String nearest = remote;
        String[] hops = forwardedFor.split(",", -1);
        for (int i = hops.length - 1; i >= 0; i--) {
            Optional<InetAddress> hop = Network.address(bare(hops[i].trim()));
            if (hop.isEmpty()) {
                return nearest;
            }
            nearest = hop.get().getHostAddress();
            if (!isTrusted(nearest)) {
                return nearest;
            }
        }
        return nearest;
    }

    /** Whether an address is a trusted proxy's. */
    boolean isTrusted(String address) {
        return Network.address(bare(address))
                .filter(a -> trusted.stream().anyMatch(network -> network.contains(a)))
                .isPresent();
    }

    /** Without the brackets in which Jetty, and some proxies, put addresses of version 6. */
    private static String bare(String address) {
        return address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
    }
}
