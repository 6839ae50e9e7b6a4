package dev.quark.core.webhook;

import dev.quark.core.source.PathFilters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which path filters a push's files pass, each found out once. The store's transaction, in which nobody else writes, is no
 * place for matching thousands of files: where there are many, this is done before it. Not thread-safe.
 */
final class TouchedFilters {

    /** So many characters of paths are matched within the transaction without anybody's noticing. */
    private static final int FEW = 4_000;

    private final Push push;
    private final Map<PathFilters, Boolean> known = new HashMap<>();

    TouchedFilters(Push push) {
        this.push = push;
    }

    /** Whether matching takes time. */
    boolean isMuch() {
        return push.changedFilesKnown()
                && push.changedFiles().stream().mapToLong(String::length).sum() > FEW;
    }

    /** Matches the filters of these rules; those of others are matched when they are asked for. */
    void match(List<AutoDeployRule> rules) {
        rules.stream().filter(AutoDeployRule::autoDeploy).forEach(this::isTouched);
    }

    /** Whether the push is worth deploying by a rule's filters; also where the push doesn't say what it changes. */
    boolean isTouched(AutoDeployRule rule) {
        return !push.changedFilesKnown()
                || known.computeIfAbsent(rule.pathFilters(), filters -> filters.touchedBy(push.changedFiles()));
    }
}
