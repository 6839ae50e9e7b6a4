package dev.quark.runner.router.proxy;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.HostPattern;
import dev.quark.core.config.PathPrefix;
import dev.quark.core.service.Route;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Sends the first requests through a router of its own, on loopback, to an app of its own: what has run a few hundred times is
 * compiled, and the first user doesn't wait for that. Whatever goes wrong with it, the router serves.
 */
final class WarmUp {

    private static final System.Logger LOG = System.getLogger(WarmUp.class.getName());

    /** Of each of two clients: one that keeps its connection, and one that doesn't. */
    private static final int REQUESTS = 600;

    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int TIMEOUT_MS = 5000;

    private final ServerSocket app;
    private final long end = System.nanoTime() + LONGEST_NANOS;

    private WarmUp(ServerSocket app) {
        this.app = app;
    }

    /** Returns after some seconds at most; gives how many requests were answered. */
    static int run(Headers headers) throws InterruptedException {
        try (ServerSocket app = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            return new WarmUp(app).through(headers);
        } catch (IOException | ExecutionException e) {
            LOG.log(System.Logger.Level.WARNING, "The router begins cold", e);
            return 0;
        }
    }

    private int through(Headers headers) throws InterruptedException, ExecutionException {
        Thread.ofVirtual().name("warm-up-app").start(this::accept);
        ListeningSocket socket = new ListeningSocket();
        Vertx vertx = RouterMain.vertx(socket, 1);
        try {
            RoutingTable table = table();
            Loop loop = new Loop(
                    () -> table, headers, Loop.Timeouts.DEFAULT, new Loop.Address("127.0.0.1", -1), () -> false);
            vertx.deployVerticle(loop).toCompletionStage().toCompletableFuture().get();
            socket.startAccepting();
            return ask(loop.port());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get();
        }
    }

    private RoutingTable table() {
        Route route = new Route(
                new ConfigId(UUID.randomUUID()),
                List.of(HostPattern.ANY),
                PathPrefix.ROOT,
                false,
                "warm-up",
                List.of(app.getLocalPort()),
                Duration.ZERO);
        return new RoutingTable(List.of(new Binding(
                route,
                new App(route.config()),
                new Release(route.release()),
                List.of(new Instance(app.getLocalPort())))));
    }

    private int ask(int port) throws InterruptedException {
        int[] answered = new int[2];
        Thread other = Thread.ofVirtual().start(() -> answered[1] = ask(port, false));
        answered[0] = ask(port, true);
        other.join();
        return answered[0] + answered[1];
    }

    private int ask(int port, boolean keeps) {
        int answered = 0;
        try {
            while (answered < REQUESTS && System.nanoTime() < end) {
                try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    client.setSoTimeout(TIMEOUT_MS);
                    BufferedReader in = reader(client);
                    do {
                        write(client, request(answered));
                        if (!readMessage(in)) {
                            return answered;
                        }
                        answered++;
                    } while (keeps && answered < REQUESTS && System.nanoTime() < end);
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "The warm-up ends early", e);
        }
        return answered;
    }

    /** Every fourth has a body. */
    private static String request(int number) {
        String head = " /warm-up HTTP/1.1\r\nHost: warm-up\r\nUser-Agent: quark\r\nAccept: */*\r\n";
        return number % 4 == 3 ? "POST" + head + "Content-Length: 2\r\n\r\nhi" : "GET" + head + "\r\n";
    }

    private void accept() {
        while (!app.isClosed()) {
            try {
                Socket connection = app.accept();
                Thread.ofVirtual().start(() -> answer(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void answer(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            BufferedReader in = reader(connection);
            while (readMessage(in)) {
                write(connection, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok");
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "A connection of the warm-up ended", e);
        }
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads a head, and the two bytes of a body where there is one; false at the connection's end. */
    private static boolean readMessage(BufferedReader in) throws IOException {
        boolean hasBody = false;
        for (String line = in.readLine(); ; line = in.readLine()) {
            if (line == null) {
                return false;
            }
            if (line.isEmpty()) {
                break;
            }
            hasBody |= line.regionMatches(true, 0, "content-length: 2", 0, 17);
        }
        return !hasBody || in.skip(2) == 2;
    }
}
