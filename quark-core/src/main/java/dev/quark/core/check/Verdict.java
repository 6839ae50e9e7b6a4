package dev.quark.core.check;

import dev.quark.core.check.Check.State;
import java.util.List;
import java.util.stream.Collectors;

/** What all checks of a commit say together. */
sealed interface Verdict {

    /** All have passed. */
    record Passed() implements Verdict {}

    /** Some failed. */
    record Failed(String names) implements Verdict {}

    /** Some haven't said anything yet, and none failed; or there are none. */
    record Waiting(String names) implements Verdict {}

    static Verdict of(List<Check> checks) {
        String failed = names(checks, State.FAILED);
        String running = names(checks, State.RUNNING);
        if (!failed.isEmpty()) {
            return new Failed(failed);
        }
        return checks.isEmpty() || !running.isEmpty() ? new Waiting(running) : new Passed();
    }

    private static String names(List<Check> checks, State state) {
        return checks.stream()
                .filter(check -> check.state() == state)
                .map(Check::name)
                .distinct()
                .limit(5)
                .collect(Collectors.joining(", "));
    }
}
