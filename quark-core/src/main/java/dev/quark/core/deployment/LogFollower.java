package dev.quark.core.deployment;

import java.time.Duration;

/** A watcher's view of something that prints: its lines in order, and what else there is to tell of it. For one thread. */
public interface LogFollower extends AutoCloseable {

    /**
     * What comes next.
     *
     * @param atMost how long to wait for it
     * @return {@link DeploymentCursor.Next.Quiet} where nothing came in that time; after {@link DeploymentCursor.Next.Ended}
     *     nothing else
     */
    DeploymentCursor.Next next(Duration atMost) throws InterruptedException;

    /** The number of the last line that was given. */
    long seq();

    @Override
    void close();
}
