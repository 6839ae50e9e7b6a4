package dev.quark.runner.router.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The addresses whose {@code X-Forwarded-*} is believed. */
final class TrustedProxies {

    private final List<Network> networks = new ArrayList<>();

    private record Network(byte[] address, int bits) {
        boolean has(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            int whole = bits / 8;
            if (!Arrays.equals(other, 0, whole, address, 0, whole)) {
                return false;
            }
            int rest = bits % 8;
            return rest == 0 || ((other[whole] ^ address[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
        }
    }

    /** @throws IllegalArgumentException for what is no address or CIDR */
    TrustedProxies(List<String> cidrs) {
        for (String cidr : cidrs) {
            int slash = cidr.indexOf('/');
            byte[] address = bytes(slash < 0 ? cidr : cidr.substring(0, slash));
            int bits = slash < 0 ? address.length * 8 : Integer.parseInt(cidr.substring(slash + 1));
            if (bits > address.length * 8) {
                throw new IllegalArgumentException("no CIDR: " + cidr);
            }
            networks.add(new Network(address, bits));
        }
    }

    /** Whether a peer, given by its numeric address, is trusted. */
    boolean trusts(String address) {
        if (networks.isEmpty()) {
            return false;
        }
        byte[] bytes = bytes(address);
        for (Network network : networks) {
            if (network.has(bytes)) {
                return true;
            }
        }
        return false;
    }

    private static byte[] bytes(String address) {
        if (!address.matches("[0-9a-fA-F:.]+(%.*)?")) {
            throw new IllegalArgumentException("no address: " + address);
        }
        try {
            // Numbers only, so nothing is looked up. An IPv4 address written as IPv6 becomes IPv4 here.
            return InetAddress.getByName(address.replaceAll("%.*", "")).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no address: " + address, e);
        }
    }
}
