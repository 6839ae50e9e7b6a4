package dev.quark.core.deployment;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a deployment stands, with what is known there. A state offers the moves that are allowed from it and no others, so
 * that a wrong one does not compile; a finished deployment offers none.
 */
public sealed interface DeploymentState {

    /** The state's name. */
    DeploymentStatus status();

    /**
     * Who runs a deployment, since when.
     *
     * @param startedAt when it was claimed
     * @param node the name of the node that claimed it
     */
    record Run(Instant startedAt, String node) {}

    /**
     * Waits for its turn.
     *
     * @param checksUntil until when it waits for the commit's checks before its turn can come; null where it doesn't
     */
    record Pending(@Nullable Instant checksUntil) implements DeploymentState {

        /** Waits for nothing but its turn. */
        public Pending() {
            this(null);
        }

        /** The commit's checks have passed. */
        public Pending passChecks() {
            return new Pending();
        }

        /** A node begins with it. */
        public InProgress start(Instant at, String node) {
            return new InProgress(new Run(at, node));
        }

        /** It won't be run. */
        public Cancelled cancel(Instant at, String reason) {
            return new Cancelled(null, at, reason);
        }

        @Override
        public DeploymentStatus status() {
            return DeploymentStatus.PENDING;
        }
    }

    /**
     * A node checks it out and runs its command.
     *
     * @param run who, since when
     */
    record InProgress(Run run) implements DeploymentState {

        /** The command succeeded. */
        public Completed complete(Instant at) {
            return new Completed(run, at);
        }

        /**
         * It went wrong.
         *
         * @param exitCode the command's; null where it never ended by itself
         * @param error a sentence that says what went wrong
         */
        public Failed fail(Instant at, @Nullable Integer exitCode, String error) {
            return new Failed(run, at, exitCode, error);
        }

        /** It was stopped. */
        public Cancelled cancel(Instant at, String reason) {
            return new Cancelled(run, at, reason);
        }

        @Override
        public DeploymentStatus status() {
            return DeploymentStatus.IN_PROGRESS;
        }
    }

    /** An outcome; it never changes. */
    sealed interface Finished extends DeploymentState {

        /** When it ended. */
        Instant at();
    }

    /**
     * The command succeeded.
     *
     * @param run who ran it, since when
     * @param at when it ended
     */
    record Completed(Run run, Instant at) implements Finished {

        @Override
        public DeploymentStatus status() {
            return DeploymentStatus.COMPLETED;
        }
    }

    /**
     * It went wrong.
     *
     * @param run who ran it, since when
     * @param at when it ended
     * @param exitCode the command's; null where it never ended by itself
     * @param error a sentence that says what went wrong
     */
    record Failed(Run run, Instant at, @Nullable Integer exitCode, String error) implements Finished {

        @Override
        public DeploymentStatus status() {
            return DeploymentStatus.FAILED;
        }
    }

    /**
     * It was stopped, or never begun.
     *
     * @param run who ran it, since when; null where nobody did
     * @param at when it ended
     * @param reason a sentence that says who or what stopped it
     */
    record Cancelled(@Nullable Run run, Instant at, String reason) implements Finished {

        @Override
        public DeploymentStatus status() {
            return DeploymentStatus.CANCELLED;
        }
    }
}
