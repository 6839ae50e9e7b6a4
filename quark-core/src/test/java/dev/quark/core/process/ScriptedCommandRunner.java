package dev.quark.core.process;

import dev.quark.core.log.LogStream;
import dev.quark.core.log.SpoolPosition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Runs no processes: a command does what its {@link CommandScript} says, or, without one, what the test says while it
 * runs. {@link #restarted} is the runner of a QUARK that was killed and started again.
 */
public final class ScriptedCommandRunner implements CommandRunner {

    private static final int PIECE = 256 * 1024;

    private final Machine machine;

    /** @param outputLimit how many bytes a command may print */
    public ScriptedCommandRunner(long outputLimit) {
        this(new Machine(outputLimit));
    }

    /** A runner whose commands may print 1 MiB. */
    public ScriptedCommandRunner() {
        this(1 << 20);
    }

    private ScriptedCommandRunner(Machine machine) {
        this.machine = machine;
    }

    /** Another runner on the same machine; what was started goes on. */
    public ScriptedCommandRunner restarted() {
        return new ScriptedCommandRunner(machine);
    }

    /** Says what a command does from now on when it is started; one without a script waits for the test. */
    public void script(String shellCommand, CommandScript script) {
        synchronized (machine) {
            machine.scripts.put(shellCommand, script);
        }
    }

    /** The commands that were started, in their order. */
    public List<Command> started() {
        synchronized (machine) {
            return List.copyOf(machine.started);
        }
    }

    /** A running command prints a text. */
    public void print(RunId run, LogStream stream, String text) {
        with(run, process -> process.print(stream, text));
    }

    /** A running command ends. */
    public void exit(RunId run, int code) {
        with(run, process -> process.end(OptionalInt.of(code)));
    }

    /** A running command is gone without an exit code. */
    public void vanish(RunId run) {
        with(run, process -> process.end(OptionalInt.empty()));
    }

    /** Whether a command was started that is neither over nor discarded. */
    public boolean isRunning(RunId run) {
        synchronized (machine) {
            FakeProcess process = machine.processes.get(run);
            return process != null && !process.ended;
        }
    }

    private void with(RunId run, java.util.function.Consumer<FakeProcess> action) {
        synchronized (machine) {
            FakeProcess process = machine.processes.get(run);
            if (process == null) {
                throw new IllegalStateException("The run " + run + " has no command");
            }
            action.accept(process);
            machine.notifyAll();
        }
    }

    @Override
    public CommandRun start(Command command) {
        synchronized (machine) {
            FakeProcess process = new FakeProcess(command.keep() == Keep.ALL ? machine.outputLimit : Long.MAX_VALUE);
            if (machine.processes.putIfAbsent(command.run(), process) != null) {
                throw new IllegalStateException("The run " + command.run() + " was started before");
            }
            machine.started.add(command);
            CommandScript script = machine.scripts.get(command.shellCommand());
            if (script != null) {
                process.play(script);
            }
            return new ScriptedRun(machine, process, SpoolPosition.START);
        }
    }

    @Override
    public Recovered recover(RunId run, SpoolPosition from) {
        synchronized (machine) {
            FakeProcess process = machine.processes.get(run);
            if (process == null) {
                return new Recovered.NotStarted();
            }
            ScriptedRun found = new ScriptedRun(machine, process, from);
            return process.ended && process.code.isEmpty() ? new Recovered.Lost(found) : new Recovered.Found(found);
        }
    }

    @Override
    public void discard(RunId run) {
        synchronized (machine) {
            machine.processes.remove(run);
            if (machine.undiscardable.remove(run)) {
                throw new UncheckedIOException(new IOException("Directory not empty"));
            }
        }
    }

    /** What is kept for a run is removed in part, and then there is an error; once. */
    public void failToDiscard(RunId run) {
        synchronized (machine) {
            machine.undiscardable.add(run);
        }
    }

    @Override
    public Processes inspect(RunId run) {
        synchronized (machine) {
            FakeProcess process = machine.processes.get(run);
            return process == null || process.ended
                    ? Processes.NONE
                    : new Processes((long) machine.started.size(), machine.ports.getOrDefault(run, Set.of()));
        }
    }

    /** A running command listens on ports. */
    public void listen(RunId run, Set<Integer> ports) {
        synchronized (machine) {
            machine.ports.put(run, ports);
        }
    }

    /** What a restart of QUARK leaves as it is; everything in it is guarded by it. */
    private static final class Machine {

        private final long outputLimit;
        private final Map<String, CommandScript> scripts = new HashMap<>();
        private final Map<RunId, FakeProcess> processes = new HashMap<>();
        private final Map<RunId, Set<Integer>> ports = new HashMap<>();
        private final Set<RunId> undiscardable = new HashSet<>();
        private final List<Command> started = new ArrayList<>();

        private Machine(long outputLimit) {
            this.outputLimit = outputLimit;
        }
    }

    private static final class FakeProcess {

        private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        private final long limit;
        private boolean ended;
        private OptionalInt code = OptionalInt.empty();
        private OptionalInt atSigterm = OptionalInt.empty();

        private FakeProcess(long limit) {
            this.limit = limit;
        }

        private void print(LogStream stream, String text) {
            (stream == LogStream.STDERR ? stderr : stdout).writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }

        private void end(OptionalInt exitCode) {
            if (!ended) {
                ended = true;
                code = exitCode;
            }
        }

        private void play(CommandScript script) {
            for (CommandScript.Step step : script.steps()) {
                switch (step) {
                    case CommandScript.Step.Print print -> print(print.stream(), print.text());
                    case CommandScript.Step.Flood flood ->
                        print(flood.stream(), (flood.line() + "\n").repeat(flood.times()));
                    case CommandScript.Step.Exit exit -> end(OptionalInt.of(exit.code()));
                    case CommandScript.Step.Signal signal -> end(OptionalInt.of(128 + signal.number()));
                    case CommandScript.Step.Vanish vanish -> end(OptionalInt.empty());
                    case CommandScript.Step.Hang hang -> {
                        return;
                    }
                    case CommandScript.Step.Await await -> {
                        print(LogStream.STDOUT, await.text());
                        atSigterm = OptionalInt.of(await.code());
                        return;
                    }
                }
            }
            end(OptionalInt.of(0));
        }
    }

    private static final class ScriptedRun implements CommandRun {

        private final Machine machine;
        private final FakeProcess process;
        private SpoolPosition position;
        private boolean tooMuch;

        private ScriptedRun(Machine machine, FakeProcess process, SpoolPosition position) {
            this.machine = machine;
            this.process = process;
            this.position = position;
        }

        @Override
        public Event read() throws InterruptedException {
            synchronized (machine) {
                while (true) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    if (!tooMuch && process.stdout.size() + process.stderr.size() > process.limit) {
                        tooMuch = true;
                        return new Event.TooMuchOutput(process.limit);
                    }
                    List<Piece> pieces = new ArrayList<>();
                    take(LogStream.STDOUT, process.stdout, position.stdout(), pieces);
                    take(LogStream.STDERR, process.stderr, position.stderr(), pieces);
                    if (!pieces.isEmpty()) {
                        return new Event.Output(pieces);
                    }
                    if (process.ended) {
                        return process.code.isPresent()
                                ? new Event.Exited(process.code.getAsInt())
                                : new Event.Vanished();
                    }
                    machine.wait();
                }
            }
        }

        private void take(LogStream stream, ByteArrayOutputStream spool, long from, List<Piece> pieces) {
            long allowed = process.limit - position.stdout() - position.stderr();
            int length = (int) Math.min(Math.min(PIECE, allowed), spool.size() - from);
            if (length > 0) {
                pieces.add(new Piece(stream, Arrays.copyOfRange(spool.toByteArray(), (int) from, (int) from + length)));
                position = position.plus(stream, length);
            }
        }

        @Override
        public boolean stop(Duration grace) {
            synchronized (machine) {
                boolean exited = process.ended && process.code.isPresent();
                process.end(process.atSigterm);
                machine.notifyAll();
                return !exited;
            }
        }

        @Override
        public void stored(SpoolPosition upTo) {}

        @Override
        public void close() {}
    }
}
