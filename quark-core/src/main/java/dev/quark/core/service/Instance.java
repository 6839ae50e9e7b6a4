package dev.quark.core.service;

import dev.quark.core.config.ConfigId;
import dev.quark.core.process.RunId;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One process of an app that is to run.
 *
 * @param config whose app
 * @param rollout started by which deployment
 * @param number 1 for the rollout's first
 * @param node where
 * @param port where it is to listen; no other instance of the node has it
 * @param run its present start
 * @param state how it is
 * @param since since when it is so
 * @param restarts how often it was started again
 * @param crashes how often it crashed in a row
 * @param note what a person should know of its state; null for nothing
 */
public record Instance(
        ConfigId config,
        RolloutId rollout,
        int number,
        String node,
        int port,
        RunId run,
        State state,
        Instant since,
        int restarts,
        int crashes,
        @Nullable String note) {

    /** After so many crashes in a row it is unhealthy, though it goes on being started. */
    public static final int MOST_CRASHES = 5;

    /** How an instance is. */
    public enum State {
        /** It runs and has not been healthy yet. */
        STARTING,
        /** It answers. */
        HEALTHY,
        /** It runs and does not answer, or it crashes again and again. */
        UNHEALTHY,
        /** It crashed and is started again in a moment. */
        RESTARTING,
        /** It ended before it was healthy, and its deployment fails. */
        FAILED,
        /** It is being stopped. */
        STOPPING;

        /** The state as the API spells it: lower case. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One that is about to be started for the first time. */
    public static Instance first(
            ConfigId config, RolloutId rollout, int number, String node, int port, RunId run, Instant at) {
        return new Instance(config, rollout, number, node, port, run, State.STARTING, at, 0, 0, null);
    }

    /** The same in another state. */
    public Instance in(State other, Instant at, @Nullable String why) {
        return new Instance(config, rollout, number, node, port, run, other, at, restarts, crashes, why);
    }

    /** It crashed, and is to be started again. */
    public Instance crashed(RunId next, Instant at, boolean inARow, String why) {
        int count = inARow ? crashes + 1 : 1;
        State after = count >= MOST_CRASHES ? State.UNHEALTHY : State.RESTARTING;
        return new Instance(config, rollout, number, node, port, next, after, at, restarts + 1, count, why);
    }

    /** The machine was restarted, or somebody killed it while QUARK was away: it is to be started again. */
    public Instance again(RunId next, Instant at) {
        State after = state == State.HEALTHY ? State.RESTARTING : state;
        return new Instance(config, rollout, number, node, port, next, after, at, restarts, crashes, note);
    }

    /** Whether it is the same instance as another one, in whatever state. */
    public boolean isSame(Instance other) {
        return rollout.equals(other.rollout) && number == other.number;
    }
}
