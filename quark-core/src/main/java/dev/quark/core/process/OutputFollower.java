package dev.quark.core.process;

import dev.quark.core.environment.SecretMasker;
import dev.quark.core.log.LogStream;
import dev.quark.core.log.LogWriter;
import dev.quark.core.log.OutputLog;
import dev.quark.core.log.SpoolPosition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Reads a command's output to its end and stores it as lines. For one thread. */
public final class OutputFollower {

    /** From so many watchers on, lines come to them in groups: a write for each line to each of them takes too much. */
    static final int CROWD = 16;

    /** How long lines gather for a crowd after the last ones were shown, so that the first after a silence comes at once. */
    static final Duration GATHERING = Duration.ofMillis(8);

    /** So many lines at once are a group already. */
    private static final int GROUP = 64;

    private final CommandRun run;
    private final OutputLog log;
    private final Clock clock;
    private final Pause pause;
    private final LineAssembler stdout;
    private final LineAssembler stderr;

    /** Follows a command whose output is stored in {@code log} up to its position. */
    public OutputFollower(CommandRun run, SecretMasker masker, OutputLog log, Clock clock) {
        this(run, masker, log, clock, Thread::sleep);
    }

    OutputFollower(CommandRun run, SecretMasker masker, OutputLog log, Clock clock, Pause pause) {
        this.run = run;
        this.log = log;
        this.clock = clock;
        this.pause = pause;
        this.stdout = new LineAssembler(LogStream.STDOUT, masker);
        this.stderr = new LineAssembler(LogStream.STDERR, masker);
    }

    /** Follows until the command is gone; the result is an exit or a vanishing. */
    public CommandRun.Event toTheEnd(LongConsumer tooMuch) throws InterruptedException {
        List<LogWriter.Text> lines = new ArrayList<>();
        while (true) {
            CommandRun.Event event = run.read();
            switch (event) {
                case CommandRun.Event.Output output -> output.pieces().forEach(piece -> accept(piece, lines));
                case CommandRun.Event.Dropped dropped -> drop(dropped, lines);
                case CommandRun.Event.TooMuchOutput much -> tooMuch.accept(much.limitBytes());
                case CommandRun.Event.Exited exited -> {
                    end(lines);
                    return exited;
                }
                case CommandRun.Event.Vanished vanished -> {
                    end(lines);
                    return vanished;
                }
            }
            gather(store(lines));
        }
    }

    private void gather(int shown) throws InterruptedException {
        if (shown > 0 && shown < GROUP && log.readers() >= CROWD) {
            pause.take(GATHERING);
        }
    }

    private void accept(CommandRun.Piece piece, List<LogWriter.Text> lines) {
        assembler(piece.stream()).accept(piece.bytes(), lines);
    }

    private void drop(CommandRun.Event.Dropped dropped, List<LogWriter.Text> lines) {
        assembler(dropped.stream()).end(lines);
        assembler(dropped.stream()).skip(dropped.bytes());
        lines.add(new LogWriter.Text(
                LogStream.SYSTEM,
                dropped.bytes()
                        + " bytes of output were dropped here: there was more than is kept while nobody reads it"));
    }

    private LineAssembler assembler(LogStream stream) {
        return stream == LogStream.STDOUT ? stdout : stderr;
    }

    private void end(List<LogWriter.Text> lines) {
        stdout.end(lines);
        stderr.end(lines);
        store(lines);
    }

    private int store(List<LogWriter.Text> lines) {
        int count = lines.size();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        SpoolPosition after =
                log.position().plus(LogStream.STDOUT, stdout.takeStored()).plus(LogStream.STDERR, stderr.takeStored());
        log.append(lines, now, after);
        if (!lines.isEmpty()) {
            run.stored(after);
        }
        lines.clear();
        return count;
    }

    /** Waits. */
    @FunctionalInterface
    interface Pause {
        void take(Duration time) throws InterruptedException;
    }
}
