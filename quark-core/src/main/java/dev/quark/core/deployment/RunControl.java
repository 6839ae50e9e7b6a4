package dev.quark.core.deployment;

import dev.quark.core.process.CommandRun;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stops a run of a deployment, wherever it is: a checkout is interrupted, and so is a switch; a command is stopped; between
 * them the next step looks. The first reason counts. Steps are taken on the run's thread, which makes it; {@link #stop} is
 * safe to call from any.
 */
final class RunControl {

    /** How long a command has between SIGTERM and SIGKILL. */
    static final Duration GRACE = Duration.ofSeconds(10);

    private final Thread thread = Thread.currentThread();
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private @Nullable StopReason reason;
    private @Nullable CommandRun command;
    private boolean commandHadEnded;
    private boolean interruptible;
    private boolean untimed;

    /** Something that takes its time and can be interrupted. */
    @FunctionalInterface
    interface Step<T> {

        T take() throws InterruptedException;
    }

    /** Leaves the steps: the deployment is to be stopped, and no command runs. */
    static final class StoppedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient StopReason reason;

        private StoppedException(StopReason reason) {
            super(null, null, false, false);
            this.reason = reason;
        }

        StopReason reason() {
            return reason;
        }
    }

    /** Stops what is under way, unless that was asked for already. */
    void stop(StopReason why) {
        lock.lock();
        try {
            if (reason != null || (untimed && why instanceof StopReason.TimedOut)) {
                return;
            }
            reason = why;
            if (interruptible) {
                thread.interrupt();
            }
            stopCommand();
        } finally {
            lock.unlock();
        }
    }

    /** The command that runs from now on; one of a run that is to be stopped is stopped at once. */
    void attach(CommandRun run) {
        lock.lock();
        try {
            command = run;
            if (reason != null) {
                stopCommand();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The command that runs, or one that is found; null where there is none. */
    @Nullable
    CommandRun attachedOr(Supplier<@Nullable CommandRun> found) {
        lock.lock();
        try {
            if (command == null) {
                command = found.get();
            }
            return command;
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of the command, which goes on if it still runs. */
    void detach() {
        lock.lock();
        try {
            if (command != null) {
                command.close();
                command = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** From now on the deployment's own limits count: those of the health check and of the watch. */
    void endTimeout() {
        lock.lock();
        try {
            untimed = true;
            if (reason instanceof StopReason.TimedOut) {
                reason = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** A step that can be interrupted where the deployment is to be stopped. */
    <T> T unlessStopped(Step<T> step) throws InterruptedException, StoppedException {
        lock.lock();
        try {
            throwIfStopped();
            interruptible = true;
        } finally {
            lock.unlock();
        }
        T result;
        try {
            result = step.take();
        } catch (InterruptedException | RuntimeException e) {
            leaveStep();
            throw e;
        }
        leaveStep();
        return result;
    }

    void throwIfStopped() throws StoppedException {
        lock.lock();
        try {
            if (reason != null) {
                throw new StoppedException(reason);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Why the command was stopped; null where nobody stopped it, or only after it had succeeded, or its time was over only
     * after it had ended.
     */
    @Nullable
    StopReason reasonOf(CommandRun.Event end) {
        lock.lock();
        try {
            boolean tooLate = commandHadEnded
                    && end instanceof CommandRun.Event.Exited(int code)
                    && (code == 0 || reason instanceof StopReason.TimedOut);
            return tooLate ? null : reason;
        } finally {
            lock.unlock();
        }
    }

    /** Whatever a step made of being interrupted: where it was to be stopped, it is. */
    private void leaveStep() throws StoppedException {
        lock.lock();
        try {
            interruptible = false;
            if (reason != null) {
                Thread.interrupted();
                throw new StoppedException(reason);
            }
        } finally {
            lock.unlock();
        }
    }

    private void stopCommand() {
        if (command != null) {
            commandHadEnded = !command.stop(GRACE);
        }
    }
}
