package dev.quark.core.process;

import dev.quark.core.log.LogStream;
import dev.quark.core.log.SpoolPosition;
import java.time.Duration;
import java.util.List;

/** A command that runs or has run. {@link #read} is for one thread; {@link #stop} may be called by any, at any time. */
public interface CommandRun extends AutoCloseable {

    /**
     * Waits for output, or for the command's end. All output that the command wrote before it ended comes before its end.
     *
     * @throws InterruptedException where the thread was interrupted; nothing is lost: the same position can be read again
     *     by a run that was recovered
     */
    Event read() throws InterruptedException;

    /**
     * Begins to stop every process that the command started: SIGTERM now, SIGKILL to what is left after {@code grace}.
     * Returns at once; {@link #read} gives {@link Event.Vanished} or {@link Event.Exited} when none is alive. A second call
     * does nothing.
     *
     * @return false where the command had ended with an exit code of its own before, which then says how it ended
     */
    boolean stop(Duration grace);

    /** What was read up to a position is stored elsewhere: where the command keeps only what is unread, it may go. */
    void stored(SpoolPosition upTo);

    /** Gives up watching; the command goes on. */
    @Override
    void close();

    /** What a command did. */
    sealed interface Event {

        /**
         * It printed something.
         *
         * @param pieces at least one, none empty, at most 512 KiB together
         */
        record Output(List<Piece> pieces) implements Event {}

        /**
         * It ended by itself.
         *
         * @param code 0 to 255; 128 and the signal's number where a signal ended it
         */
        record Exited(int code) implements Event {}

        /** It is gone and left no exit code: it was killed, by {@link CommandRun#stop} or by somebody else. */
        record Vanished() implements Event {}

        /**
         * Some of its output, before what comes next, was dropped because nobody had read it.
         *
         * @param stream from which stream
         * @param bytes how much
         */
        record Dropped(LogStream stream, long bytes) implements Event {}

        /**
         * It printed more than is kept of one run, and is to be stopped.
         *
         * @param limitBytes how much is kept
         */
        record TooMuchOutput(long limitBytes) implements Event {}
    }

    /**
     * Bytes that a command printed, as they came: they may begin and end within a line or a character.
     *
     * @param stream standard output or standard error
     * @param bytes the bytes; not to be changed
     */
    record Piece(LogStream stream, byte[] bytes) {}
}
