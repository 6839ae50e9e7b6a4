package dev.quark.core.problem;

/** QUARK can't serve the request now, though it may a moment later: a full queue, a database that doesn't answer. */
public final class UnavailableException extends QuarkException {

    /** @param message what is wrong and what to do about it */
    public UnavailableException(String message) {
        super(message);
    }

    /**
     * @param message what is wrong and what to do about it
     * @param cause what failed
     */
    public UnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
