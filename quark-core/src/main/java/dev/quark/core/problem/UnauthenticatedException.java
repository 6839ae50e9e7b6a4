package dev.quark.core.problem;

/** Nobody is signed in, or the proof of identity is wrong or no longer valid. */
public final class UnauthenticatedException extends QuarkException {

    /** @param message what is wrong and what to do about it */
    public UnauthenticatedException(String message) {
        super(message);
    }
}
