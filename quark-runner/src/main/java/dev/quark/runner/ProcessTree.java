package dev.quark.runner;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a command: those in its cgroup, those in its session, those that carry its marker in the environment they
 * were started with, and the descendants and whole sessions of all these. Without a cgroup a process escapes only if it has
 * cleared its environment, left the session and lost its parents. Not thread-safe.
 *
 * <p>QUARK's own helpers, the script that waits for the command and those that copy its output, are not among them: they end
 * by themselves when the command's processes have.
 */
final class ProcessTree {

    private final Ticket ticket;
    private final Path folder;
    private final @Nullable ProcessKey supervisor;
    private final String marker;
    private final long self = ProcessHandle.current().pid();

    /** Once found, a process stays known even if it starts a program with another environment. */
    private final Set<ProcessKey> known = new HashSet<>();

    /** Whether the supervisor was alive at a time since this tree is watched: then its session's number is its own. */
    private boolean ownsSession;

    ProcessTree(Ticket ticket, Path folder, @Nullable ProcessKey supervisor) {
        this.ticket = ticket;
        this.folder = folder;
        this.supervisor = supervisor;
        this.marker = CommandEnvironment.MARKER + "=" + ticket.marker();
        this.ownsSession = isSupervisorAlive();
    }

    boolean isSupervisorAlive() {
        return supervisor != null && ProcessTable.isAlive(supervisor);
    }

    /** The command's processes that are alive. */
    List<ProcessEntry> processes() {
        List<ProcessEntry> all = new ArrayList<>(ProcessTable.all());
        // A QUARK that deploys itself may run under its own command: it stops everything but itself.
        long own = all.stream()
                .filter(entry -> entry.key().pid() == self)
                .mapToLong(ProcessEntry::group)
                .findFirst()
                .orElse(0);
        all.removeIf(entry -> entry.group() == own || entry.key().equals(supervisor) || isHelper(entry.key()));
        ownsSession |= isSupervisorAlive();
        Set<Long> inCgroup = ticket.cgroup() == null ? Set.of() : Set.copyOf(Cgroups.processes(ticket.cgroup()));
        Set<ProcessEntry> found = new HashSet<>();
        for (ProcessEntry entry : all) {
            if (known.contains(entry.key())
                    || inCgroup.contains(entry.key().pid())
                    || isInSession(entry)
                    || ProcessTable.hasVariable(entry.key(), marker)) {
                found.add(entry);
            }
        }
        addRelatives(found, all);
        known.clear();
        found.forEach(entry -> known.add(entry.key()));
        return List.copyOf(found);
    }

    /**
     * Whether a process is the command's own shell. Not one of the supervisor's other children, which can be taken for it
     * while they turn into a helper, and when they end.
     */
    boolean isShell(ProcessEntry process) {
        if (supervisor == null || process.parent() != supervisor.pid()) {
            return false;
        }
        String arguments = ProcessTable.arguments(process.key());
        return !arguments.isEmpty() && !ProcessTable.isGiven(arguments, folder);
    }

    /** The processes of QUARK's own that wait for the command or copy its output. */
    List<ProcessKey> helpers() {
        return ProcessTable.all().stream()
                .map(ProcessEntry::key)
                .filter(key -> key.equals(supervisor) || isHelper(key))
                .toList();
    }

    @Nullable
    Path cgroup() {
        return ticket.cgroup();
    }

    private boolean isInSession(ProcessEntry entry) {
        return ownsSession && supervisor != null && entry.session() == supervisor.pid();
    }

    private boolean isHelper(ProcessKey process) {
        return ProcessTable.isGiven(ProcessTable.arguments(process), folder);
    }

    /** Descendants of what was found, and whoever shares a session with it: a session is never joined from outside. */
    private static void addRelatives(Set<ProcessEntry> found, List<ProcessEntry> all) {
        boolean grown = true;
        while (grown) {
            Set<Long> pids = new HashSet<>();
            Set<Long> sessions = new HashSet<>();
            found.forEach(entry -> {
                pids.add(entry.key().pid());
                sessions.add(entry.session());
            });
            sessions.remove(0L);
            grown = false;
            for (ProcessEntry entry : all) {
                if (pids.contains(entry.parent()) || sessions.contains(entry.session())) {
                    grown |= found.add(entry);
                }
            }
        }
    }
}
