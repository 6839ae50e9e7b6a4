package dev.quark.core.deployment;

import dev.quark.core.log.LogId;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.process.RunId;
import dev.quark.core.service.RolloutId;
import java.util.UUID;

/**
 * A deployment's id; ids sort by the time they were made (UUIDv7, RFC 9562).
 *
 * @param value the id
 */
public record DeploymentId(UUID value) implements Comparable<DeploymentId> {

    /** @throws NotFoundException for text that is no id, since nothing can have it */
    public static DeploymentId parse(String text) {
        try {
            return new DeploymentId(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            throw notFound();
        }
    }

    /** What is thrown where there is no deployment with an id. */
    public static NotFoundException notFound() {
        return new NotFoundException("There is no deployment with this id.");
    }

    /** The deployment's log. */
    public LogId log() {
        return new LogId(value);
    }

    /** The instances that it starts. */
    public RolloutId rollout() {
        return new RolloutId(value);
    }

    /** The run of its command. */
    public RunId run() {
        return new RunId(value);
    }

    @Override
    public int compareTo(DeploymentId other) {
        return value.toString().compareTo(other.value.toString());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
