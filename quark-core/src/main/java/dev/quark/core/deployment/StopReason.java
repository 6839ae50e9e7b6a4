package dev.quark.core.deployment;

import dev.quark.core.deployment.DeploymentState.Finished;
import dev.quark.core.deployment.DeploymentState.InProgress;
import java.time.Duration;
import java.time.Instant;

/** Why QUARK stops a deployment's command, and what the deployment becomes by it. */
sealed interface StopReason {

    /** The outcome when the command is gone. */
    Finished outcome(InProgress from, Instant at);

    /** Somebody asked for it. */
    record Cancelled(String by) implements StopReason {

        @Override
        public Finished outcome(InProgress from, Instant at) {
            return from.cancel(at, "cancelled by " + by);
        }
    }

    /** It took too long. */
    record TimedOut(Duration limit) implements StopReason {

        @Override
        public Finished outcome(InProgress from, Instant at) {
            return from.fail(at, null, "timed out after " + limit.toSeconds() + " s");
        }
    }

    /** It printed too much. */
    record TooMuchOutput(long limitBytes) implements StopReason {

        @Override
        public Finished outcome(InProgress from, Instant at) {
            return from.fail(
                    at, null, "the command printed more than " + (limitBytes >> 20) + " MiB: send it to a file");
        }
    }
}
