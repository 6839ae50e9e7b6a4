package dev.quark.runner;

import dev.quark.core.problem.UnavailableException;
import dev.quark.core.service.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports below those that the system takes for outgoing connections, so that none of these gets in the way between a look at a
 * port and the app's start.
 */
final class LoopbackPorts implements Ports {

    private static final int FIRST = 20_000;
    private static final int COUNT = 10_000;

    private final AtomicInteger next;

    /** @param start where to begin: another QUARK on the machine begins elsewhere, most likely */
    LoopbackPorts(int start) {
        this.next = new AtomicInteger(Math.floorMod(start, COUNT));
    }

    @Override
    public int next() {
        for (int i = 0; i < COUNT; i++) {
            int port = FIRST + next.getAndUpdate(before -> (before + 1) % COUNT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new UnavailableException("No port from " + FIRST + " to " + (FIRST + COUNT - 1)
                + " is free for an instance: see what listens on this machine.");
    }

    /** For all addresses: an app may listen on any of them. */
    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
