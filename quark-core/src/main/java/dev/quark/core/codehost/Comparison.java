package dev.quark.core.codehost;

import java.util.Set;

/**
 * How one commit relates to an earlier one.
 *
 * @param ahead whether the earlier one is among its ancestors
 * @param files the files that differ
 * @param filesKnown false where there are more than the host lists
 */
public record Comparison(boolean ahead, Set<String> files, boolean filesKnown) {

    /** Copies the files. */
    public Comparison {
        files = Set.copyOf(files);
    }
}
