package dev.quark.core.service;

import dev.quark.core.config.ConfigId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a deployment of a service has come.
 *
 * @param id which one
 * @param config whose service
 * @param switchedAt when requests were switched to it; null while they weren't
 * @param watching whether it is being watched before its deployment is completed
 * @param drainedAt when nothing was under way any more on what it took the place of; null until then
 * @param cutover what the switch cost; null until then, and where nobody could count
 */
public record Rollout(
        RolloutId id,
        ConfigId config,
        @Nullable Instant switchedAt,
        boolean watching,
        @Nullable Instant drainedAt,
        @Nullable Cutover cutover) {

    /** One whose instances are being started. */
    public static Rollout starting(RolloutId id, ConfigId config) {
        return new Rollout(id, config, null, false, null, null);
    }

    /** Requests go to it now. */
    public Rollout switched(Instant at, boolean isWatched) {
        return new Rollout(id, config, switchedAt == null ? at : switchedAt, isWatched, drainedAt, cutover);
    }

    /** Its watch is over. */
    public Rollout watched() {
        return new Rollout(id, config, switchedAt, false, drainedAt, cutover);
    }

    /** Nothing is under way any more on what it took the place of; what the switch cost, where somebody counted. */
    public Rollout drained(Instant at, @Nullable Cutover cost) {
        return new Rollout(id, config, switchedAt, watching, drainedAt == null ? at : drainedAt, cost);
    }
}
