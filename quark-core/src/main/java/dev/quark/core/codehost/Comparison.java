package dev.quark.core.codehost;

import java.util.Set;

/**
 * How one commit relates to an earlier one.
 *
 * @param relation where it lies
 * @param files the files that differ
 * @param filesKnown false where there are more than the host lists
 */
public record Comparison(Relation relation, Set<String> files, boolean filesKnown) {

    /** Copies the files. */
    public Comparison {
        files = Set.copyOf(files);
    }

    /** Where the later commit lies, seen from the earlier one. */
    public enum Relation {
        /** They are one. */
        SAME,
        /** The earlier one is among its ancestors. */
        AHEAD,
        /** It is among the ancestors of the earlier one. */
        BEHIND,
        /** Neither is an ancestor of the other. */
        APART
    }
}
