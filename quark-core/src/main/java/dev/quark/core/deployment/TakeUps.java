package dev.quark.core.deployment;

/**
 * How often a deployment was taken up because QUARK had ended in the middle of its own work on it. One that QUARK doesn't
 * survive, for example for want of memory, is given up in the end: it would keep all others from being deployed.
 *
 * @param count how often
 * @param forget to be run once it gets on: its command runs, or QUARK was stopped on purpose
 */
record TakeUps(int count, Runnable forget) {

    /** So often it is tried again. */
    static final int MOST = 3;

    /** It was claimed just now. */
    static final TakeUps NONE = new TakeUps(0, () -> {});

    boolean isTooMany() {
        return count > MOST;
    }

    void getsOn() {
        if (count > 0) {
            forget.run();
        }
    }
}
