package dev.quark.github;

/** Asked between two pieces of work whether to go on. */
interface Stop {

    /** Stops where the thread was interrupted. */
    Stop ON_INTERRUPT = () -> {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    };

    /** @throws InterruptedException where the work is no longer wanted */
    void check() throws InterruptedException;
}
