package dev.quark.core.problem;

/** What was asked for isn't there, or isn't the caller's to see. */
public final class NotFoundException extends QuarkException {

    /** @param message what is wrong and what to do about it */
    public NotFoundException(String message) {
        super(message);
    }
}
