package dev.quark.core.source;

/** How a checkout ended. */
public sealed interface CheckoutOutcome {

    /**
     * The folder holds the commit.
     *
     * @param commit the commit, with message and author
     */
    record CheckedOut(Commit commit) implements CheckoutOutcome {}

    /**
     * The commit couldn't be had.
     *
     * @param reason a sentence for the person who pushed: what is wrong and what to do about it
     */
    record Refused(String reason) implements CheckoutOutcome {}
}
