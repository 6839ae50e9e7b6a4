package dev.quark.core.service;

/** Whether a rollout's instances can take requests. */
public sealed interface Readiness {

    /** All of them can. */
    record Ready() implements Readiness {}

    /**
     * One of them can't.
     *
     * @param reason what it does instead and what to do about it, as a sentence's end: {@code instance 1 …}
     */
    record NotReady(String reason) implements Readiness {}
}
