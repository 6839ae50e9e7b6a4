package dev.quark.core.log;

import java.util.UUID;

/**
 * Which log: a deployment's log has the deployment's id.
 *
 * @param value the id
 */
public record LogId(UUID value) {

    @Override
    public String toString() {
        return value.toString();
    }
}
