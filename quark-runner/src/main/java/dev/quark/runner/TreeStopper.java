package dev.quark.runner;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Stops a command's processes: SIGTERM once, then, after a grace, SIGKILL until none is left. Runs on a thread of its own. */
final class TreeStopper implements Runnable {

    private static final System.Logger LOG = System.getLogger(TreeStopper.class.getName());

    /** How long QUARK's own helpers may take to end once the command's processes are gone. */
    private static final Duration HELPERS = Duration.ofSeconds(5);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);

    private final ProcessTree tree;
    private final Duration grace;
    private final BooleanSupplier exitNoted;
    private final Runnable done;
    private final Set<ProcessKey> outOfReach = new HashSet<>();
    private boolean told;

    /**
     * @param exitNoted whether the command's exit code was written
     * @param done told when no process is alive
     */
    TreeStopper(ProcessTree tree, Duration grace, BooleanSupplier exitNoted, Runnable done) {
        this.tree = tree;
        this.grace = grace;
        this.exitNoted = exitNoted;
        this.done = done;
    }

    @Override
    public void run() {
        try {
            long start = System.nanoTime();
            Backoff backoff = new Backoff();
            while (!stopStep(System.nanoTime() - start >= grace.toNanos())) {
                backoff.pause();
            }
            awaitHelpers();
        } catch (InterruptedException e) {
            LOG.log(System.Logger.Level.WARNING, "Stopping a command was interrupted");
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "A command's processes can't be stopped", e);
        } finally {
            done.run();
        }
    }

    /** True where nothing of the command is left, and nothing more can come. */
    private boolean stopStep(boolean graceIsOver) {
        // In this order: a supervisor that is gone has started its last process before the table is read.
        boolean supervised = tree.isSupervisorAlive() && !exitNoted.getAsBoolean();
        List<ProcessEntry> alive = tree.processes().stream()
                .filter(entry -> !outOfReach.contains(entry.key()))
                .toList();
        List<ProcessKey> keys = alive.stream().map(ProcessEntry::key).toList();
        if (graceIsOver) {
            kill(alive.isEmpty() && supervised ? tree.helpers() : keys);
        } else if (!told && (!supervised || alive.stream().anyMatch(tree::isShell))) {
            // Once only: what is started later may be how the command cleans up after itself. Not before its shell is
            // there, which would miss it.
            told = true;
            ProcessTable.terminate(alive);
        }
        return alive.isEmpty() && !supervised;
    }

    private void kill(List<ProcessKey> processes) {
        Path cgroup = tree.cgroup();
        if (cgroup != null) {
            Cgroups.kill(cgroup);
        }
        for (ProcessKey process : processes) {
            if (!ProcessTable.kill(process) && ProcessTable.isAlive(process)) {
                outOfReach.add(process);
                LOG.log(System.Logger.Level.WARNING, "Process {0} can''t be killed: it is another user''s", process);
            }
        }
    }

    /** The helpers have the last output in hand. */
    private void awaitHelpers() throws InterruptedException {
        if (!outOfReach.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        Backoff backoff = new Backoff();
        List<ProcessKey> left = tree.helpers();
        while (!left.isEmpty()) {
            if (System.nanoTime() - start > HELPERS.toNanos()) {
                left.forEach(helper -> ProcessTable.kill(helper));
                return;
            }
            backoff.pause();
            left = tree.helpers();
        }
    }

    private static final class Backoff {

        private Duration next = Duration.ofMillis(2);

        void pause() throws InterruptedException {
            Thread.sleep(next);
            Duration doubled = next.multipliedBy(2);
            next = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        }
    }
}
