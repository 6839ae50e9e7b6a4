package dev.quark.core.deployment;

import dev.quark.core.log.SpoolPosition;
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
            public void close() {
                run.close();
            }
        };
    }

    @Override
    public Recovered recover(DeploymentId deployment, SpoolPosition from) {
        return runner.recover(deployment, from);
    }

    @Override
    public void discard(DeploymentId deployment) {
        runner.discard(deployment);
    }
}
