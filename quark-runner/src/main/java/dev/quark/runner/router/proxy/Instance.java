package dev.quark.runner.router.proxy;

import java.util.concurrent.atomic.AtomicInteger;

/** One process of an app, by the port it listens on. */
final class Instance {

    /** An instance that refused a connection is passed over for this long, unless all of them have. */
    private static final long PASSED_OVER_NANOS = 1_000_000_000;

    private final int port;
    private final AtomicInteger active = new AtomicInteger();
    private volatile long refusedAt;
    private volatile boolean refused;

    Instance(int port) {
        this.port = port;
    }

    int port() {
        return port;
    }

    int active() {
        return active.get();
    }

    void begin() {
        active.incrementAndGet();
    }

    void end() {
        active.decrementAndGet();
    }

    void refuse(long now) {
        refusedAt = now;
        refused = true;
    }

    void accept() {
        if (refused) {
            refused = false;
        }
    }

    boolean isPassedOver(long now) {
        return refused && now - refusedAt < PASSED_OVER_NANOS;
    }
}
