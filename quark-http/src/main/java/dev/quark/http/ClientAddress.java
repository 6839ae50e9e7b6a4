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
     * @param remote the connection's other end
     * @param forwardedFor the {@code X-Forwarded-For} header; null where there is none
     */
    String of(String remote, @Nullable String forwardedFor) {
        if (trusted.isEmpty() || forwardedFor == null || !isTrusted(remote)) {
            return remote;
        }
        String nearest = remote;
        String[] hops = forwardedFor.split(",", -1);
        for (int i = hops.length - 1; i >= 0; i--) {
            Optional<InetAddress> hop = Network.address(hops[i].trim());
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

    private boolean isTrusted(String address) {
        return Network.address(address)
                .filter(a -> trusted.stream().anyMatch(network -> network.contains(a)))
                .isPresent();
    }
}
