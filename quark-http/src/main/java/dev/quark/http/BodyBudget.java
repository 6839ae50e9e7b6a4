package dev.quark.http;

import dev.quark.core.problem.UnavailableException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory request bodies may take together, so that nobody can exhaust the server's by sending. An eighth is kept
 * for bodies of ordinary size, so that a few large ones don't keep everybody else's out. Thread-safe.
 */
final class BodyBudget {

    /** Larger bodies are only those of pushes with very many files. */
    static final long ORDINARY = 1 << 20;

    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    BodyBudget(long limit) {
        this.limit = limit;
    }

    /**
     * Takes memory for a body.
     *
     * @param before what the body has taken already
     * @throws UnavailableException where it isn't there
     */
    void take(long bytes, long before) {
        long most = before + bytes > ORDINARY ? limit - limit / 8 : limit;
        if (taken.addAndGet(bytes) > most) {
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
