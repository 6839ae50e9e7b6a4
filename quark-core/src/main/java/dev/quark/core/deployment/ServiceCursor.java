package dev.quark.core.deployment;

import dev.quark.core.deployment.DeploymentCursor.Next;
import dev.quark.core.log.LogCursor;
import java.time.Duration;

/** A watcher's view of a service's log, which has no end. For one thread. */
final class ServiceCursor implements LogFollower {

    private final LogCursor lines;

    ServiceCursor(LogCursor lines) {
        this.lines = lines;
    }

    @Override
    public Next next(Duration atMost) throws InterruptedException {
        LogCursor.Lines more = lines.take();
        if (more == null && lines.await(atMost)) {
            more = lines.take();
        }
        return more == null ? new Next.Quiet() : new Next.Lines(more);
    }

    @Override
    public long seq() {
        return lines.seq();
    }

    @Override
    public void close() {
        lines.close();
    }
}
