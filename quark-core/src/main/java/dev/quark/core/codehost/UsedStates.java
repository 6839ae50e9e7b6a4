package dev.quark.core.codehost;

import java.time.Instant;

/**
 * Remembers which sign-ins were brought to an end, so that none is twice. Implementations are safe for use by many threads
 * and processes.
 */
public interface UsedStates {

    /**
     * Notes that a state is used; those that nobody could use any more at {@code now} are forgotten.
     *
     * @param until when the state expires
     * @return whether it is the first time
     */
    boolean use(String state, Instant until, Instant now);
}
