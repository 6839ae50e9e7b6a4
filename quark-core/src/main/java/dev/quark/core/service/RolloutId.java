package dev.quark.core.service;

import java.util.UUID;

/**
 * The instances that one deployment started together. Ids sort by time: a later rollout's is greater.
 *
 * @param value the deployment's id
 */
public record RolloutId(UUID value) implements Comparable<RolloutId> {

    /** Whether it began before another one. */
    public boolean isBefore(RolloutId other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(RolloutId other) {
        return value.toString().compareTo(other.value.toString());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
