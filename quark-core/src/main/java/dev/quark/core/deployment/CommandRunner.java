package dev.quark.core.deployment;

import dev.quark.core.log.SpoolPosition;
import dev.quark.core.secret.Secret;
import java.nio.file.Path;
import java.util.Map;

/**
 * Runs deploy commands as processes that go on when QUARK is stopped or killed, and takes them up again.
 *
 * <p>A command of a deployment is started at most once, whatever crashes: starting claims the deployment's run on disk
 * before the command's first instruction. Output goes to files of mode 0600 until it is {@linkplain #discard discarded}.
 * Implementations are safe for use by many threads, with one run per deployment.
 */
public interface CommandRunner {

    /**
     * Starts a command in a session and process group of its own, with an empty standard input.
     *
     * @throws java.io.UncheckedIOException where it can't be started, for example because the disk is full
     */
    CommandRun start(Command command);

    /**
     * Finds out what became of a deployment's command that an earlier process of QUARK may have started.
     *
     * @param from how far its output is stored already
     */
    Recovered recover(DeploymentId deployment, SpoolPosition from);

    /** Removes the spooled output and what else was kept for a run that is over; does nothing where there is nothing. */
    void discard(DeploymentId deployment);

    /**
     * A command to start.
     *
     * @param deployment whose command it is
     * @param shellCommand given to {@code sh -c} as one argument
     * @param directory where it is run; absolute
     * @param environment its whole environment but for the few variables, such as {@code PATH} and {@code HOME}, that it
     *     gets from QUARK's own
     */
    record Command(DeploymentId deployment, String shellCommand, Path directory, Map<String, Secret> environment) {}

    /** What became of a command. */
    sealed interface Recovered {

        /** It was never started, and what may have been about to start it can't do so any more. */
        record NotStarted() implements Recovered {}

        /**
         * It runs, or has ended with an exit code; either way its output can be read on.
         *
         * @param run the command
         */
        record Found(CommandRun run) implements Recovered {}

        /**
         * It was started and is gone without an exit code: the machine was rebooted, or somebody killed it. What it had
         * printed can be read to its end.
         *
         * @param run the rest of its output, then {@link CommandRun.Event.Vanished}
         */
        record Lost(CommandRun run) implements Recovered {}
    }
}
