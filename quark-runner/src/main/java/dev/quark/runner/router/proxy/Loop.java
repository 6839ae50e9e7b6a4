package dev.quark.runner.router.proxy;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What one event loop serves: its share of the clients' connections, and its own connections to the instances. */
final class Loop extends VerticleBase {

    private static final int MAX_HEADER_BYTES = 32 * 1024;
    private static final int MAX_LINE_BYTES = 16 * 1024;
    private static final long SWEEP_MS = 5000;

    private final Supplier<RoutingTable> table;
    private final Headers headers;
    private final Timeouts timeouts;
    private final Address address;
    private final BooleanSupplier retiring;
    private final Map<HttpConnection, Client> clients = new HashMap<>();
    private @Nullable Pool pool;
    private @Nullable HttpServer server;

    /** Where the router listens; a port of -1 is any, the same for all loops. */
    record Address(String host, int port) {}

    /**
     * How long what is waited for.
     *
     * @param upstreamIdleMs an instance may be silent for this long while a request is under way
     * @param clientIdleMs a client may take this long to send a request's head, from the connection or the last response on
     */
    record Timeouts(long upstreamIdleMs, long clientIdleMs) {
        static final Timeouts DEFAULT = new Timeouts(300_000, 75_000);
    }

    /** A client's connection: how many of its requests are under way, and since when none is. */
    private static final class Client {
        private int underWay;
        private long since = System.nanoTime();

        private boolean isLate(long now, long limitMs) {
            return underWay == 0 && now - since > limitMs * 1_000_000;
        }
    }

    Loop(Supplier<RoutingTable> table, Headers headers, Timeouts timeouts, Address address, BooleanSupplier retiring) {
        this.table = table;
        this.headers = headers;
        this.timeouts = timeouts;
        this.address = address;
        this.retiring = retiring;
    }

    @Override
    public Future<?> start() {
        HttpClientAgent client = vertx.createHttpClient(new HttpClientOptions()
                .setKeepAlive(true)
                .setPipelining(false)
                .setTcpNoDelay(true)
                .setConnectTimeout(5000)
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(2 * MAX_HEADER_BYTES)
                .setDecompressionSupported(false));
        pool = new Pool(client);
        HttpServer listener = vertx.createHttpServer(new HttpServerOptions()
                .setTcpNoDelay(true)
                .setAcceptBacklog(4096)
                .setHttp2ClearTextEnabled(false)
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setHandle100ContinueAutomatically(false));
        listener.connectionHandler(connection -> {
            clients.put(connection, new Client());
            connection.closeHandler(closed -> clients.remove(connection));
        });
        listener.requestHandler(this::handle);
        vertx.setPeriodic(SWEEP_MS, any -> sweep());
        server = listener;
        return listener.listen(address.port(), address.host());
    }

    int port() {
        return Objects.requireNonNull(server).actualPort();
    }

    private void handle(HttpServerRequest request) {
        Client client = clients.get(request.connection());
        if (client != null) {
            client.underWay++;
        }
        if (isAmbiguous(request)) {
            refuse(request, 400, "Its length is given in two ways, or in one that isn't known.");
            return;
        }
        if (request.method().equals(HttpMethod.CONNECT) || request.method().equals(HttpMethod.TRACE)) {
            refuse(request, 405, "This method is not served here.");
            return;
        }
        Target target = Target.of(request);
        if (target == null) {
            refuse(request, 400, "It names no host, or more than one.");
            return;
        }
        dispatch(request, target);
    }

    private void dispatch(HttpServerRequest request, Target target) {
        while (true) {
            Binding binding = table.get().find(target.host(), target.path());
            if (binding == null) {
                Answers.unknownHost(request, target.host());
                idle(request.connection());
                return;
            }
            Exchange exchange = new Exchange(this, context, request, target, binding);
            if (binding.release().enter(exchange)) {
                exchange.begin();
                return;
            }
        }
    }

    private void refuse(HttpServerRequest request, int status, String message) {
        Answers.refuse(request, status, message);
        idle(request.connection());
    }

    /** RFC 9112, 6.1 and 6.3: what two readers could take for different requests. */
    private static boolean isAmbiguous(HttpServerRequest request) {
        List<String> encodings = request.headers().getAll("transfer-encoding");
        if (encodings.isEmpty()) {
            return request.headers().getAll("content-length").size() > 1;
        }
        return encodings.size() > 1
                || !encodings.getFirst().equalsIgnoreCase("chunked")
                || request.headers().contains("content-length")
                || request.version() != io.vertx.core.http.HttpVersion.HTTP_1_1;
    }

    Pool pool() {
        return Objects.requireNonNull(pool);
    }

    Headers headers() {
        return headers;
    }

    Timeouts timeouts() {
        return timeouts;
    }

    boolean isRetiring() {
        return retiring.getAsBoolean();
    }

    /** A connection to an instance was opened. */
    void watch(Instance instance, HttpClientConnection connection) {
        connection.closeHandler(closed -> pool().forget(instance, connection));
    }

    /** A request on a client's connection has ended. */
    void idle(HttpConnection connection) {
        Client client = clients.get(connection);
        if (client != null) {
            client.underWay--;
            client.since = System.nanoTime();
        }
    }

    private void sweep() {
        pool().sweep();
        long now = System.nanoTime();
        List<HttpConnection> late = clients.entrySet().stream()
                .filter(entry -> entry.getValue().isLate(now, timeouts.clientIdleMs()))
                .map(Map.Entry::getKey)
                .toList();
        late.forEach(HttpConnection::close);
    }
}
