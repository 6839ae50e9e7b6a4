package dev.quark.core.identity;

import dev.quark.core.problem.UnavailableException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Closed while a start has yet to settle whose password counts: the server answers already, but whoever wants to be let in
 * waits. Safe for use by many threads.
 */
public final class Doors {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CountDownLatch closed;

    private Doors(int locks) {
        this.closed = new CountDownLatch(locks);
    }

    /** Doors that are open. */
    public static Doors opened() {
        return new Doors(0);
    }

    /** Doors that are closed until {@link #open} is called. */
    public static Doors closed() {
        return new Doors(1);
    }

    /** Lets in everybody, those who wait and those who come later. */
    public void open() {
        closed.countDown();
    }

    /**
     * Waits until the doors are open.
     *
     * @throws UnavailableException where that takes too long, or the server is being stopped
     */
    void pass() {
        try {
            if (!closed.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new UnavailableException("The server is still starting: try again in a moment.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("The server is stopping.", e);
        }
    }
}
