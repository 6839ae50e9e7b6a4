package dev.quark.core.deployment;

/** What became of a request to cancel. */
public sealed interface CancelOutcome {

    /** It was pending and is cancelled. */
    record Cancelled() implements CancelOutcome {}

    /** Its command is being stopped. */
    record Stopping() implements CancelOutcome {}

    /**
     * There was nothing to stop.
     *
     * @param status how it had ended
     */
    record AlreadyFinished(DeploymentStatus status) implements CancelOutcome {}
}
