package dev.quark.github;

/** The commit can't be had, and the person who pushed is to read why. */
final class Refusal extends Exception {

    /** @param reason what is wrong and what to do about it */
    Refusal(String reason) {
        super(reason);
    }

    Refusal(String reason, Throwable cause) {
        super(reason, cause);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
