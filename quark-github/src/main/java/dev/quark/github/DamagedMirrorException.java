package dev.quark.github;

/** A mirror doesn't give back what was put into it: it is to be made anew. */
final class DamagedMirrorException extends Exception {

    DamagedMirrorException(Throwable cause) {
        super(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(), cause);
    }
}
