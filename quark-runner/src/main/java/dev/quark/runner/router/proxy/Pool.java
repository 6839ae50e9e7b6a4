package dev.quark.runner.router.proxy;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpConnectOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The idle connections of one event loop to the instances. A connection that has been used may be closed by the app in the
 * moment in which the next request is written to it; so only requests that can be sent again get one.
 */
final class Pool {

    private static final int KEPT_PER_INSTANCE = 128;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final HttpClientAgent client;
    private final Map<Instance, Deque<Idle>> idle = new HashMap<>();

    private record Idle(HttpClientConnection connection, long since) {}

    Pool(HttpClientAgent client) {
        this.client = client;
    }

    /** A connection that was used before; null where none is idle. */
    @Nullable
    HttpClientConnection used(Instance instance) {
        Deque<Idle> connections = idle.get(instance);
        Idle newest = connections == null ? null : connections.pollLast();
        return newest == null ? null : newest.connection();
    }

    /** A new connection. */
    Future<HttpClientConnection> connect(Instance instance) {
        HttpConnectOptions options =
                new HttpConnectOptions().setHost("127.0.0.1").setPort(instance.port());
        return client.connect(options);
    }

    /** A connection whose last response has ended may be used again. */
    void release(Instance instance, HttpClientConnection connection) {
        Deque<Idle> connections = idle.computeIfAbsent(instance, any -> new ArrayDeque<>());
        if (connections.size() >= KEPT_PER_INSTANCE) {
            connection.close();
        } else {
            connections.addLast(new Idle(connection, System.nanoTime()));
        }
    }

    /** The app has closed a connection, or it broke. */
    void forget(Instance instance, HttpClientConnection connection) {
        Deque<Idle> connections = idle.get(instance);
        if (connections != null) {
            connections.removeIf(each -> each.connection().equals(connection));
        }
    }

    /** Closes what nobody has needed for long. */
    void sweep() {
        long now = System.nanoTime();
        for (Iterator<Deque<Idle>> all = idle.values().iterator(); all.hasNext(); ) {
            Deque<Idle> connections = all.next();
            while (!connections.isEmpty() && now - connections.peekFirst().since() > IDLE_NANOS) {
                connections.pollFirst().connection().close();
            }
            if (connections.isEmpty()) {
                all.remove();
            }
        }
    }
}
