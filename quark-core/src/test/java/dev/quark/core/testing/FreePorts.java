package dev.quark.core.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for programs that have to be told one before they listen. */
public final class FreePorts {

    /** What was given before. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    /** Below the ports that the system takes for outgoing connections and those that instances get; given once. */
    public static int next() {
        for (int i = 0; i < 1000; i++) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 20_000);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                if (GIVEN.add(port)) {
                    return port;
                }
            } catch (IOException e) {
                // Taken: the next one.
            }
        }
        throw new IllegalStateException("no port is free");
    }
}
