package dev.quark.core.process;

import dev.quark.core.log.SpoolPosition;
import dev.quark.core.secret.Secret;
import java.nio.file.Path;
import java.util.Map;

/**
 * Runs commands as processes that go on when QUARK is stopped or killed, and takes them up again.
 *
 * <p>A run is started at most once, whatever crashes: starting claims it on disk before the command's first instruction.
 * Output goes to files of mode 0600 until it is {@linkplain #discard discarded}. Implementations are safe for use by many
 * threads, with one thread per run.
 */
public interface CommandRunner {

    /**
     * Starts a command in a session and process group of its own, with an empty standard input.
     *
     * @throws java.io.UncheckedIOException where it can't be started, for example because the disk is full
     */
    CommandRun start(Command command);

    /**
     * Finds out what became of a run that an earlier process of QUARK may have started.
     *
     * @param from how far its output is stored already
     */
    Recovered recover(RunId run, SpoolPosition from);

    /** Removes the spooled output and what else was kept for a run that is over; does nothing where there is nothing. */
    void discard(RunId run);

    /** What the system shows of a run's processes now; {@link Processes#NONE} where none is alive. */
    Processes inspect(RunId run);

    /**
     * A command to start.
     *
     * @param run which run it is
     * @param shellCommand given to {@code sh -c} as one argument
     * @param directory where it is run; absolute
     * @param environment its whole environment but for the few variables, such as {@code PATH} and {@code HOME}, that it
     *     gets from QUARK's own
     * @param keep how much of its output is kept
     */
    record Command(RunId run, String shellCommand, Path directory, Map<String, Secret> environment, Keep keep) {}

    /** How much of a command's output is kept until it is discarded. */
    enum Keep {
        /** All, up to a limit: {@link CommandRun.Event.TooMuchOutput}. */
        ALL,
        /**
         * What was not {@linkplain CommandRun#stored stored} yet, so that a command may print for months. Where that becomes
         * more than a limit, since nobody reads it, the oldest is dropped: {@link CommandRun.Event.Dropped}.
         */
        UNREAD
    }

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
