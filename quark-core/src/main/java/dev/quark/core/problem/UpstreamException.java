package dev.quark.core.problem;

import org.jspecify.annotations.Nullable;

/**
 * What QUARK relies on refused, failed or didn't answer. A feature that can say more about it has a class of its own under
 * this one.
 */
public abstract non-sealed class UpstreamException extends QuarkException {

    /**
     * @param message what is wrong and what to do about it
     * @param cause what failed; null where there is no more to say
     */
    protected UpstreamException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
