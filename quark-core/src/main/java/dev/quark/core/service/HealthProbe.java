package dev.quark.core.service;

import dev.quark.core.config.HealthCheck;
import java.time.Duration;

/** Asks an instance on this machine whether it can take requests. Safe for use by many threads. */
public interface HealthProbe {

    /**
     * Asks once.
     *
     * @param atMost how long to wait for the answer
     * @throws InterruptedException where the thread was interrupted
     */
    Answer ask(int port, HealthCheck check, Duration atMost) throws InterruptedException;

    /** What came of it. */
    sealed interface Answer {

        /** It can take requests. */
        record Healthy() implements Answer {}

        /**
         * Nobody listens on the port.
         */
        record Refused() implements Answer {}

        /**
         * It listens, and doesn't answer as it should.
         *
         * @param reason what it does instead, such as {@code answers GET /health with 500}
         */
        record Unhealthy(String reason) implements Answer {}
    }
}
