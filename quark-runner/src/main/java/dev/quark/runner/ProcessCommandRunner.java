package dev.quark.runner;

import dev.quark.core.log.SpoolPosition;
import dev.quark.core.process.CommandRun;
import dev.quark.core.process.CommandRunner;
import dev.quark.core.process.Processes;
import dev.quark.core.process.RunId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands as processes of this machine, each under a shell script ({@code run.sh}) that is the leader of a session of
 * its own and notes the exit code, and with two more that copy the command's output to files. All three go on when QUARK is
 * gone. {@link RunFolder} says what is written where.
 *
 * <p>A process that the command leaves behind in the background is let live when the command ends by itself, and doesn't
 * delay its end; what it prints from then on is lost, so it should print to a file of its own. {@link CommandRun#stop} ends
 * those too: {@link ProcessTree} says which are found.
 */
final class ProcessCommandRunner implements CommandRunner {

    private static final System.Logger LOG = System.getLogger(ProcessCommandRunner.class.getName());

    /** How long a script that has begun may take to say which process it is. */
    private static final Duration PID_FILE = Duration.ofSeconds(10);

    private final Path runs;
    private final long outputLimit;
    private final Cgroups cgroups;
    private final SpoolWatch watch;
    private final RunScript script;
    private final SecureRandom random = new SecureRandom();

    ProcessCommandRunner(Path runs, long outputLimit, Cgroups cgroups, SpoolWatch watch) {
        this.runs = runs;
        this.outputLimit = outputLimit;
        this.cgroups = cgroups;
        this.watch = watch;
        this.script = new RunScript(outputLimit);
    }

    @Override
    public CommandRun start(Command command) {
        try {
            RunFolder folder = nextAttempt(command.run());
            byte[] marker = new byte[16];
            random.nextBytes(marker);
            Ticket ticket = new Ticket(
                    HexFormat.of().formatHex(marker),
                    BootId.current(),
                    cgroups.make(command.run().toString()).orElse(null),
                    command.keep() == Keep.UNREAD);
            folder.make(ticket);
            Process process = script.start(folder, ticket, command);
            ProcessKey supervisor =
                    ProcessTable.find(process.pid()).map(ProcessEntry::key).orElse(null);
            SpooledRun run = new SpooledRun(folder, ticket, supervisor, SpoolPosition.START, outputLimit, watch);
            whenEnded(process.onExit(), run);
            return run;
        } catch (IOException e) {
            throw new UncheckedIOException("The command can't be started: " + e.getMessage(), e);
        }
    }

    /** The folder of a new attempt, when it is certain that no earlier one ran or can run. */
    private RunFolder nextAttempt(RunId run) throws IOException {
        List<RunFolder> attempts = RunFolder.of(folder(run));
        for (RunFolder attempt : attempts) {
            if (mayHaveRunBeforeReboot(attempt) || !attempt.bar()) {
                throw new IllegalStateException("The run " + run + " was started before");
            }
        }
        int number = attempts.isEmpty() ? 1 : attempts.getFirst().number() + 1;
        return new RunFolder(folder(run), number);
    }

    /** Without a claim on disk it may have run all the same: a crash of the machine can lose it. */
    private static boolean mayHaveRunBeforeReboot(RunFolder attempt) throws IOException {
        return !attempt.isBarred()
                && attempt.ticket()
                        .filter(ticket -> !ticket.boot().equals(BootId.current()))
                        .isPresent();
    }

    @Override
    public Recovered recover(RunId run, SpoolPosition from) {
        try {
            List<RunFolder> attempts = RunFolder.of(folder(run));
            return attempts.isEmpty() ? new Recovered.NotStarted() : recover(attempts.getFirst(), from);
        } catch (IOException e) {
            throw new UncheckedIOException("The run " + run + " can't be taken up", e);
        }
    }

    private Recovered recover(RunFolder folder, SpoolPosition from) throws IOException {
        Optional<Ticket> ticket = folder.ticket();
        if (ticket.isEmpty() || folder.isBarred()) {
            folder.bar();
            return new Recovered.NotStarted();
        }
        if (mayHaveRunBeforeReboot(folder)) {
            return recoverAfterReboot(folder, ticket.get(), from);
        }
        if (folder.bar()) {
            return new Recovered.NotStarted();
        }
        ProcessKey supervisor = awaitSupervisor(folder, ticket.get());
        SpooledRun run = new SpooledRun(folder, ticket.get(), supervisor, from, outputLimit, watch);
        boolean alive = supervisor != null && followSupervisor(run, supervisor);
        if (!alive) {
            run.supervisorEnded();
        }
        // In this order: a supervisor that is gone has written what it had to.
        return alive || folder.exitCode().isPresent() ? new Recovered.Found(run) : new Recovered.Lost(run);
    }

    private Recovered recoverAfterReboot(RunFolder folder, Ticket ticket, SpoolPosition from) throws IOException {
        SpooledRun run = new SpooledRun(folder, ticket, null, from, outputLimit, watch);
        run.everythingEnded();
        return folder.exitCode().isPresent() ? new Recovered.Found(run) : new Recovered.Lost(run);
    }

    /** The script's process as it wrote it; null where it ended before. It has claimed the run, so it is about to. */
    private static @Nullable ProcessKey awaitSupervisor(RunFolder folder, Ticket ticket) throws IOException {
        long start = System.nanoTime();
        ProcessTree tree = new ProcessTree(ticket, folder.path(), null);
        while (System.nanoTime() - start < PID_FILE.toNanos()) {
            // In this order: a script that is gone has written it, or never will.
            boolean alive = !tree.helpers().isEmpty() || !tree.processes().isEmpty();
            Optional<ProcessKey> supervisor = folder.supervisor();
            if (supervisor.isPresent()) {
                return supervisor.get();
            }
            if (!alive) {
                return null;
            }
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new java.io.InterruptedIOException("interrupted while a run was taken up");
            }
        }
        return null;
    }

    private static boolean followSupervisor(SpooledRun run, ProcessKey supervisor) {
        Optional<ProcessHandle> handle = ProcessHandle.of(supervisor.pid());
        // The handle is asked for first: then the number was this process's when it was.
        if (handle.isEmpty() || !ProcessTable.isAlive(supervisor)) {
            return false;
        }
        whenEnded(handle.get().onExit(), run);
        return true;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The run is all that waits for it.
    private static void whenEnded(CompletableFuture<?> process, SpooledRun run) {
        process.whenComplete((ended, failure) -> run.supervisorEnded());
    }

    @Override
    public Processes inspect(RunId run) {
        try {
            List<RunFolder> attempts = RunFolder.of(folder(run));
            Optional<Ticket> ticket =
                    attempts.isEmpty() ? Optional.empty() : attempts.getFirst().ticket();
            if (ticket.isEmpty() || !ticket.get().boot().equals(BootId.current())) {
                return Processes.NONE;
            }
            RunFolder folder = attempts.getFirst();
            ProcessTree tree = new ProcessTree(
                    ticket.get(), folder.path(), folder.supervisor().orElse(null));
            List<ProcessEntry> processes = tree.processes();
            Long shell = processes.stream()
                    .filter(tree::isShell)
                    .map(process -> process.key().pid())
                    .findFirst()
                    .orElse(null);
            return new Processes(shell, ListeningPorts.of(processes));
        } catch (IOException e) {
            throw new UncheckedIOException("The run " + run + " can't be looked at", e);
        }
    }

    @Override
    public void discard(RunId run) {
        try {
            for (RunFolder attempt : RunFolder.of(folder(run))) {
                Optional<Ticket> ticket = attempt.ticket();
                attempt.delete();
                Cgroups.removeIfEmpty(ticket.map(Ticket::cgroup).orElse(null));
            }
            Folders.delete(folder(run));
        } catch (IOException e) {
            throw new UncheckedIOException("The output of run " + run + " can't be removed", e);
        }
    }

    /** Discards the runs that nobody will take up any more, and the cgroups that they left. */
    void sweep(Predicate<RunId> stillRunning) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(runs, "????????-*")) {
            for (Path folder : folders) {
                Optional<RunId> id = id(folder);
                if (id.isPresent() && !stillRunning.test(id.get())) {
                    LOG.log(System.Logger.Level.INFO, "Removing what is left of run {0}", id.get());
                    sweep(id.get());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The runs in " + runs + " can't be listed", e);
        }
        cgroups.sweep();
    }

    /** No start fails for what can't be removed. */
    private void sweep(RunId run) {
        try {
            discard(run);
        } catch (UncheckedIOException e) {
            LOG.log(System.Logger.Level.WARNING, "It stays there until the next start", e);
        }
    }

    /** Empty for what somebody else put there. */
    private static Optional<RunId> id(Path folder) {
        String name = folder.getFileName().toString();
        try {
            RunId id = new RunId(UUID.fromString(name));
            return id.toString().equals(name) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Path folder(RunId run) {
        return runs.resolve(run.toString());
    }
}
