package dev.quark.core.service;

import org.jspecify.annotations.Nullable;

/** How far the instances that were switched away from have got. */
public sealed interface Drain {

    /** They still answer requests that had begun before the switch. */
    record UnderWay() implements Drain {}

    /**
     * Nothing is under way on them: they may be stopped.
     *
     * @param cutover what the switch cost; null where nobody knows: this router can't count, it crashed meanwhile, or it has
     *     never heard of such a switch
     */
    record Over(@Nullable Cutover cutover) implements Drain {}
}
