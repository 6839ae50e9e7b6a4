package dev.quark.core.process;

import static dev.quark.core.log.LogStream.STDERR;
import static dev.quark.core.log.LogStream.STDOUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.log.LogStream;
import dev.quark.core.log.SpoolPosition;
import dev.quark.core.process.CommandRun.Event;
import dev.quark.core.process.CommandRunner.Command;
import dev.quark.core.process.CommandRunner.Keep;
import dev.quark.core.process.CommandRunner.Recovered;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link CommandRunner} does. */
@Timeout(120)
public abstract class CommandRunnerContract {

    /** How many bytes a command of the runner under test may print. */
    protected static final long LIMIT = 1 << 20;

    private static final Duration GRACE = Duration.ofMinutes(1);

    private final RunId id = new RunId(UUID.randomUUID());

    /** The runner under test; the same one until {@link #restarted}. */
    protected abstract CommandRunner runner();

    /** The runner of a QUARK that was killed and started again; from now on the one under test. */
    protected abstract CommandRunner restarted();

    /** A command that does what the script says. */
    protected abstract String command(CommandScript script);

    /** A folder to run commands in. */
    protected abstract Path directory();

    @Test
    void tellsTheStreamsApartAndTheExitCode() throws Exception {
        Played played = play(start(CommandScript.empty()
                .print(STDOUT, "one\n")
                .print(STDERR, "two\n")
                .print(STDOUT, "no line end")
                .exit(3)));

        assertEquals("one\nno line end", played.text(STDOUT));
        assertEquals("two\n", played.text(STDERR));
        assertEquals(new Event.Exited(3), played.end());
    }

    @Test
    void aCommandThatPrintsNothingExitsToo() throws Exception {
        Played played = play(start(CommandScript.empty()));

        assertEquals(new Event.Exited(0), played.end());
        assertEquals("", played.text(STDOUT) + played.text(STDERR));
    }

    @Test
    void aSignalIsAnExitCode() throws Exception {
        assertEquals(
                new Event.Exited(137),
                play(start(CommandScript.empty().signal(9))).end());
    }

    @Test
    void piecesAreBoundedAndComplete() throws Exception {
        Played played = play(start(CommandScript.empty()
                .flood(STDOUT, "a line of standard output", 20_000)
                .flood(STDERR, "one of standard error", 20_000)));

        assertEquals("a line of standard output\n".repeat(20_000), played.text(STDOUT));
        assertEquals("one of standard error\n".repeat(20_000), played.text(STDERR));
        for (Event event : played.events()) {
            if (event instanceof Event.Output output) {
                assertFalse(output.pieces().isEmpty());
                int sum = 0;
                for (CommandRun.Piece piece : output.pieces()) {
                    assertTrue(piece.bytes().length > 0);
                    sum += piece.bytes().length;
                }
                assertTrue(sum <= 512 * 1024, "one event holds " + sum + " bytes");
            }
        }
    }

    @Test
    void whatWasNeverStartedIsNotStarted() {
        assertInstanceOf(Recovered.NotStarted.class, runner().recover(id, SpoolPosition.START));
        assertInstanceOf(Recovered.NotStarted.class, restarted().recover(id, SpoolPosition.START));
    }

    @Test
    void whatWasFoundNotStartedCanBeStarted() throws Exception {
        assertInstanceOf(Recovered.NotStarted.class, runner().recover(id, SpoolPosition.START));

        Played played = play(start(CommandScript.empty().print(STDOUT, "now")));

        assertEquals("now", played.text(STDOUT));
    }

    @Test
    void isStartedOnce() throws Exception {
        CommandScript script = CommandScript.empty().print(STDOUT, "once");
        play(start(script));

        assertThrows(IllegalStateException.class, () -> start(script));
        restarted();
        assertThrows(IllegalStateException.class, () -> start(script));
        Recovered.Found found = assertInstanceOf(Recovered.Found.class, runner().recover(id, SpoolPosition.START));
        assertEquals("once", play(found.run()).text(STDOUT));
    }

    @Test
    void aRunningCommandIsTakenUp() throws Exception {
        try (CommandRun first =
                start(CommandScript.empty().print(STDOUT, "before\nthen").hang())) {
            assertEquals("before\nthen", readText(first, STDOUT, 11));
        }

        Recovered recovered = restarted().recover(id, new SpoolPosition(7, 0));

        CommandRun second = assertInstanceOf(Recovered.Found.class, recovered).run();
        assertEquals("then", readText(second, STDOUT, 4));
        second.stop(GRACE);
        assertStopped(play(second));
    }

    @Test
    void anExitIsStillKnownAfterARestart() throws Exception {
        play(start(CommandScript.empty()
                .print(STDOUT, "0123456789")
                .print(STDERR, "abc")
                .exit(42)));

        Recovered recovered = restarted().recover(id, new SpoolPosition(4, 1));

        Played played = play(assertInstanceOf(Recovered.Found.class, recovered).run());
        assertEquals("456789", played.text(STDOUT));
        assertEquals("bc", played.text(STDERR));
        assertEquals(new Event.Exited(42), played.end());
    }

    @Test
    void whatVanishesIsLostAndItsOutputIsNot() throws Exception {
        Played first =
                play(start(CommandScript.empty().print(STDOUT, "last words").vanish()));
        assertEquals("last words", first.text(STDOUT));
        assertEquals(new Event.Vanished(), first.end());

        Recovered recovered = restarted().recover(id, new SpoolPosition(5, 0));

        Played played = play(assertInstanceOf(Recovered.Lost.class, recovered).run());
        assertEquals("words", played.text(STDOUT));
        assertEquals(new Event.Vanished(), played.end());
    }

    @Test
    void stopEndsACommand() throws Exception {
        CommandRun run = start(CommandScript.empty().print(STDOUT, "waiting").hang());
        assertEquals("waiting", readText(run, STDOUT, 7));

        assertTrue(run.stop(GRACE));
        run.stop(Duration.ZERO);

        assertStopped(play(run));
    }

    @Test
    void stopEndsACommandThatIgnoresSigterm() throws Exception {
        CommandRun run = start(CommandScript.empty().print(STDOUT, "waiting").hangThroughSigterm());
        assertEquals("waiting", readText(run, STDOUT, 7));

        run.stop(Duration.ofMillis(100));

        assertStopped(play(run));
    }

    @Test
    void stopSaysWhetherACommandHadEndedByItself() throws Exception {
        CommandRun ended = start(CommandScript.empty().print(STDOUT, "over").exit(0));
        assertEquals("over", readText(ended, STDOUT, 4));
        assertEquals(new Event.Exited(0), ended.read());
        assertFalse(ended.stop(GRACE));
        ended.close();
        CommandRun again = assertInstanceOf(Recovered.Found.class, restarted().recover(id, SpoolPosition.START))
                .run();
        assertFalse(again.stop(GRACE));
        assertEquals(new Event.Exited(0), play(again).end());
    }

    @Test
    void aCommandThatCatchesSigtermMayEndWithZero() throws Exception {
        CommandRun run = start(CommandScript.empty().hangUntilSigterm("waiting", 0));
        assertEquals("waiting", readText(run, STDOUT, 7));

        assertTrue(run.stop(GRACE));

        assertEquals(new Event.Exited(0), play(run).end());
    }

    @Test
    void tooMuchOutputIsToldOnceAndNotRead() throws Exception {
        CommandRun run = start(CommandScript.empty()
                .flood(STDOUT, "0123456789abcdef", 70_000)
                .flood(STDERR, "0123456789abcdef", 70_000)
                .hang());

        Played played = play(run);

        assertEquals(
                List.of(new Event.TooMuchOutput(LIMIT)),
                played.events().stream()
                        .filter(Event.TooMuchOutput.class::isInstance)
                        .toList());
        long read = (long) played.text(STDOUT).length() + played.text(STDERR).length();
        assertTrue(read <= LIMIT + 1024, "read " + read);
        assertStopped(played);
    }

    @Test
    void anInterruptedReadLosesNothing() throws Exception {
        CommandRun run = start(CommandScript.empty().print(STDOUT, "kept").hang());
        try (run) {
            assertEquals("kept", readText(run, STDOUT, 4));
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, run::read);
        }

        Recovered recovered = runner().recover(id, new SpoolPosition(2, 0));

        CommandRun again = assertInstanceOf(Recovered.Found.class, recovered).run();
        assertEquals("pt", readText(again, STDOUT, 2));
        again.stop(GRACE);
        assertStopped(play(again));
    }

    @Test
    void discardRemovesWhatWasKept() throws Exception {
        play(start(CommandScript.empty().print(STDOUT, "gone")));

        runner().discard(id);
        runner().discard(id);

        assertInstanceOf(Recovered.NotStarted.class, runner().recover(id, SpoolPosition.START));
    }

    /** Starts a command of the test's run. */
    protected final CommandRun start(CommandScript script) {
        return runner().start(new Command(id, command(script), directory(), Map.of(), Keep.ALL));
    }

    /** Reads to the end, and closes; what prints too much is stopped. */
    protected static Played play(CommandRun run) throws InterruptedException {
        try (run) {
            List<Event> events = new ArrayList<>();
            while (true) {
                Event event = run.read();
                events.add(event);
                switch (event) {
                    case Event.Output output -> {}
                    case Event.Dropped dropped -> {}
                    case Event.TooMuchOutput much -> run.stop(GRACE);
                    case Event.Exited exited -> {
                        return new Played(events);
                    }
                    case Event.Vanished vanished -> {
                        return new Played(events);
                    }
                }
            }
        }
    }

    /** Reads until a stream has given so many bytes. */
    protected static String readText(CommandRun run, LogStream stream, int length) throws InterruptedException {
        List<Event> events = new ArrayList<>();
        while (new Played(events).text(stream).length() < length) {
            events.add(assertInstanceOf(Event.Output.class, run.read()));
        }
        return new Played(events).text(stream);
    }

    /** A stopped command has vanished, or has exited by the signal. */
    protected static void assertStopped(Played played) {
        assertTrue(
                played.end() instanceof Event.Vanished
                        || played.end().equals(new Event.Exited(143))
                        || played.end().equals(new Event.Exited(137)),
                () -> "ended with " + played.end());
    }

    /**
     * What a command did.
     *
     * @param events in their order
     */
    protected record Played(List<Event> events) {

        /** How it ended. */
        public Event end() {
            return events.getLast();
        }

        /** What it printed. */
        public String text(LogStream stream) {
            Map<LogStream, ByteArrayOutputStream> texts = new EnumMap<>(LogStream.class);
            for (Event event : events) {
                if (event instanceof Event.Output output) {
                    output.pieces()
                            .forEach(piece -> texts.computeIfAbsent(piece.stream(), any -> new ByteArrayOutputStream())
                                    .writeBytes(piece.bytes()));
                }
            }
            return texts.getOrDefault(stream, new ByteArrayOutputStream()).toString(StandardCharsets.UTF_8);
        }
    }
}
