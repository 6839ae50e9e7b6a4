package dev.quark.core.deployment;

import dev.quark.core.log.LogCursor;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A watcher's view of a deployment: its lines in order, each change of its status, and its end after the last line. For one
 * thread.
 */
public final class DeploymentCursor implements LogFollower {

    private final DeploymentId id;
    private final DeploymentStore deployments;
    private final LogCursor lines;
    private @Nullable DeploymentStatus told;
    private @Nullable DeploymentStatus pending;
    private boolean ended;

    DeploymentCursor(DeploymentId id, DeploymentStore deployments, LogCursor lines) {
        this.id = id;
        this.deployments = deployments;
        this.lines = lines;
    }

    @Override
    public Next next(Duration atMost) throws InterruptedException {
        LogCursor.Lines more = lines.take();
        if (more != null) {
            return new Next.Lines(more);
        }
        if (ended) {
            return new Next.Ended();
        }
        if (pending != null) {
            return tell(pending);
        }
        // Lines alone are no reason to look the status up: a change of it calls.
        boolean news = (lines.wasCalled() && hasChanged()) || lines.await(atMost) || hasChanged();
        if (!news) {
            return new Next.Quiet();
        }
        return ended ? new Next.Ended() : next(atMost);
    }

    /**
     * Looks the status up. It is told only after the lines that were stored until then have been taken: a final status is
     * stored after the last line.
     */
    private boolean hasChanged() {
        DeploymentStatus now = status().orElse(null);
        ended = now == null;
        if (now != null && now != told) {
            pending = now;
            lines.rewindNews();
        }
        return ended || pending != null;
    }

    @Override
    public long seq() {
        return lines.seq();
    }

    private Next tell(DeploymentStatus status) {
        told = status;
        pending = null;
        ended = status.isFinal();
        return new Next.StatusChanged(status);
    }

    private Optional<DeploymentStatus> status() {
        return deployments.find(id).map(Deployment::status);
    }

    @Override
    public void close() {
        lines.close();
    }

    /** What a watcher sees next. */
    public sealed interface Next {

        /** Lines, in order. */
        record Lines(LogCursor.Lines lines) implements Next {}

        /** The status when the watcher has seen all lines so far, and each one after that. */
        record StatusChanged(DeploymentStatus status) implements Next {}

        /** Nothing for now. */
        record Quiet() implements Next {}

        /** The deployment has its final status, or was deleted, and everything has been given. */
        record Ended() implements Next {}
    }
}
