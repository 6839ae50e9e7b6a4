package dev.quark.core.check;

/**
 * Something that judges a commit: a check suite, or a commit status.
 *
 * @param name what people call it
 * @param state what it says
 */
public record Check(String name, State state) {

    /** What a check says. */
    public enum State {
        /** Nothing yet. */
        RUNNING,
        /** The commit is good, or the check has nothing against it. */
        PASSED,
        /** It isn't, or the check itself broke off. */
        FAILED
    }
}
