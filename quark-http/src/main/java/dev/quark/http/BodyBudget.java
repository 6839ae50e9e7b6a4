package dev.quark.http;

import dev.quark.core.problem.UnavailableException;
import java.util.concurrent.atomic.AtomicLong;

/** How much memory request bodies may take together, so that nobody can exhaust the server's by sending. Thread-safe. */
final class BodyBudget {

    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    BodyBudget(long limit) {
        this.limit = limit;
    }

    /** @throws UnavailableException where it isn't there */
    void take(long bytes) {
        if (taken.addAndGet(bytes) > limit) {
            taken.addAndGet(-bytes);
            throw new UnavailableException("The server is receiving too much at once: try again in a moment.");
        }
    }

    void give(long bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }
}
