package dev.quark.core.process;

import java.util.UUID;

/**
 * One start of a command: a deployment's command has the deployment's id, each start of an instance one of its own.
 *
 * @param value the id
 */
public record RunId(UUID value) {

    @Override
    public String toString() {
        return value.toString();
    }
}
