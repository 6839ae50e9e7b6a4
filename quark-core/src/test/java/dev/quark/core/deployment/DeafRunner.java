package dev.quark.core.deployment;

import dev.quark.core.log.SpoolPosition;
import dev.quark.core.process.CommandRun;
import dev.quark.core.process.CommandRunner;
import dev.quark.core.process.Processes;
import dev.quark.core.process.RunId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A runner whose commands take so long to stop that a test sees them never do. */
final class DeafRunner implements CommandRunner {

    private final CommandRunner runner;
    private final AtomicInteger stops = new AtomicInteger();

    DeafRunner(CommandRunner runner) {
        this.runner = runner;
    }

    /** How many times a command was told to stop. */
    int stops() {
        return stops.get();
    }

    @Override
    public CommandRun start(Command command) {
        CommandRun run = runner.start(command);
        return new CommandRun() {
            @Override
            public Event read() throws InterruptedException {
                return run.read();
            }

            @Override
            public boolean stop(Duration grace) {
                stops.incrementAndGet();
                return true;
            }

            @Override
            public void stored(SpoolPosition upTo) {
                run.stored(upTo);
            }

            @Override
            public void close() {
                run.close();
            }
        };
    }

    @Override
    public Recovered recover(RunId run, SpoolPosition from) {
        return runner.recover(run, from);
    }

    @Override
    public void discard(RunId run) {
        runner.discard(run);
    }

    @Override
    public Processes inspect(RunId run) {
        return runner.inspect(run);
    }
}
