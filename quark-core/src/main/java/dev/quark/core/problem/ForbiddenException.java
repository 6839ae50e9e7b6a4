package dev.quark.core.problem;

/** The caller is known, but their role does not allow it. */
public final class ForbiddenException extends QuarkException {

    /** @param message what is wrong and what to do about it */
    public ForbiddenException(String message) {
        super(message);
    }
}
