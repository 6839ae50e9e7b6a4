package dev.quark.core.problem;

/** The request is right in itself, but not in the present state of things. */
public final class ConflictException extends QuarkException {

    /** @param message what is wrong and what to do about it */
    public ConflictException(String message) {
        super(message);
    }
}
