package dev.quark.runner;

import static dev.quark.core.log.LogStream.STDERR;
import static dev.quark.core.log.LogStream.STDOUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quark.core.log.LogStream;
import dev.quark.core.log.SpoolPosition;
import dev.quark.core.process.CommandRun;
import dev.quark.core.process.CommandRun.Event;
import dev.quark.core.process.CommandRunner;
import dev.quark.core.process.CommandRunner.Command;
import dev.quark.core.process.CommandRunner.Recovered;
import dev.quark.core.process.CommandRunnerContract;
import dev.quark.core.process.CommandScript;
import dev.quark.core.process.Processes;
import dev.quark.core.process.RunId;
import dev.quark.core.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real shells and real processes, with a cgroup for each command where this machine lets us make one. */
class ProcessCommandRunnerTest extends CommandRunnerContract {

    private static final Duration GRACE = Duration.ofMinutes(1);

    private final RunId deployment = new RunId(UUID.randomUUID());
    private final List<Runner> opened = new ArrayList<>();
    private final List<ProcessKey> leftBehind = new ArrayList<>();

    @TempDir
    private Path data;

    private Runner runner;

    /** Whether commands get cgroups. */
    protected boolean cgroups() {
        return true;
    }

    @BeforeEach
    void open() {
        runner = open(LIMIT);
    }

    @AfterEach
    void close() throws IOException {
        leftBehind.forEach(process -> ProcessTable.kill(process));
        opened.forEach(Runner::close);
        endWhatWritesHere();
    }

    /** Whoever copies an output goes on to its end, and would write into a folder that is being deleted. */
    private void endWhatWritesHere() throws IOException {
        Path runs = data.resolve("runs");
        if (!Files.isDirectory(runs)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> each = Files.list(runs)) {
            all = each.toList();
        }
        for (Path run : all) {
            for (RunFolder attempt : RunFolder.of(run)) {
                Ticket ticket = attempt.ticket().orElse(null);
                if (ticket != null) {
                    end(new ProcessTree(ticket, attempt.path(), null));
                }
            }
        }
    }

    private static void end(ProcessTree tree) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        for (Set<ProcessKey> left = alive(tree); !left.isEmpty() && System.nanoTime() < deadline; left = alive(tree)) {
            left.forEach(process -> ProcessTable.kill(process));
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static Set<ProcessKey> alive(ProcessTree tree) {
        return Stream.concat(tree.processes().stream().map(ProcessEntry::key), tree.helpers().stream())
                .collect(Collectors.toSet());
    }

    private Runner open(long limit) {
        Runner next = Runner.open(new Settings(data, limit, cgroups()));
        opened.add(next);
        return next;
    }

    @Override
    protected CommandRunner runner() {
        return runner.commands();
    }

    @Override
    protected CommandRunner restarted() {
        runner.close();
        runner = open(LIMIT);
        return runner.commands();
    }

    @Override
    protected String command(CommandScript script) {
        return script.toShell();
    }

    @Override
    protected Path directory() {
        return data;
    }

    private CommandRun start(String command) {
        return start(command, Map.of());
    }

    private CommandRun start(String command, Map<String, String> environment) {
        Map<String, Secret> secrets = new HashMap<>();
        environment.forEach((name, value) -> secrets.put(name, Secret.of(value)));
        return runner().start(new Command(deployment, command, data, secrets, CommandRunner.Keep.ALL));
    }

    private Recovered recover() {
        return runner().recover(deployment, SpoolPosition.START);
    }

    private RunFolder folder(int attempt) {
        return new RunFolder(data.resolve("runs").resolve(deployment.toString()), attempt);
    }

    private void assumeCgroups() {
        Cgroups here = cgroups() ? Cgroups.find() : Cgroups.none();
        Path probe = here.make("probe").orElse(null);
        assumeTrue(probe != null, "no cgroup can be made here");
        Cgroups.removeIfEmpty(probe);
    }

    /** Reads so many lines of standard output, each of which is the number of a process. */
    private List<ProcessKey> readProcesses(CommandRun run, int count) throws InterruptedException {
        StringBuilder text = new StringBuilder();
        while (text.chars().filter(c -> c == '\n').count() < count) {
            text.append(readText(run, STDOUT, 1));
        }
        List<ProcessKey> processes = text.toString()
                .lines()
                .map(line ->
                        ProcessTable.find(Long.parseLong(line)).orElseThrow().key())
                .toList();
        leftBehind.addAll(processes);
        return processes;
    }

    private static List<ProcessKey> alive(List<ProcessKey> processes) {
        return processes.stream().filter(ProcessTable::isAlive).toList();
    }

    // What a command is given.

    @Test
    void theCommandIsRunInItsDirectoryWithEmptyInput() throws Exception {
        Played played = play(start("pwd -P; cat; echo \"got $?\""));

        assertEquals(data.toRealPath() + "\ngot 0\n", played.text(STDOUT));
    }

    @Test
    void theEnvironmentIsWhatWasGivenAndAShortListOfQuarksOwn() throws Exception {
        Map<String, String> given = new HashMap<>(Map.of(
                "PLAIN", "value",
                "HOME", "/nowhere",
                "LINES", "one\ntwo\n\n",
                "QUOTES", "' \" $HOME `id` \\ \\n %s",
                "UNICODE", "ä€😀",
                "EMPTY", ""));
        // Names that a script might use for itself.
        for (String name : List.of("line", "s", "b", "command", "folder")) {
            given.put(name, "mine: " + name);
        }

        Map<String, String> seen = environment(play(start("env -0", given)).text(STDOUT));

        Map<String, String> expected = new TreeMap<>(given);
        System.getenv().forEach((name, value) -> {
            if (name.matches(
                    "PATH|USER|LOGNAME|SHELL|LANG|LANGUAGE|TZ|TMPDIR|XDG_RUNTIME_DIR|SSL_CERT_FILE|SSL_CERT_DIR|LC_.*")) {
                expected.putIfAbsent(name, value);
            }
        });
        assertEquals(folder(1).ticket().orElseThrow().marker(), seen.remove("QUARK_RUN"));
        // The shell's own.
        seen.keySet().removeAll(Set.of("PWD", "OLDPWD", "SHLVL", "_"));
        assertEquals(expected, seen);
        Set<String> own = new TreeSet<>(System.getenv().keySet());
        own.removeAll(expected.keySet());
        assertFalse(own.isEmpty(), "the test's own environment holds nothing that could leak");
    }

    private static Map<String, String> environment(String text) {
        return Stream.of(text.split("\0", -1))
                .filter(entry -> !entry.isEmpty())
                .collect(Collectors.toMap(
                        entry -> entry.substring(0, entry.indexOf('=')),
                        entry -> entry.substring(entry.indexOf('=') + 1),
                        (one, two) -> one,
                        TreeMap::new));
    }

    @Test
    void theCommandIsOneArgumentWhateverItHolds() throws Exception {
        String text = "a'b\"c$d`e\\f ä€😀 %s \\0101 \\n";

        Played played = play(start("printf %s '" + text.replace("'", "'\\''") + "'\nprintf ' and %s' \"$#\""));

        assertEquals(text + " and 0", played.text(STDOUT));
    }

    @Test
    void aPathThatHoldsNoToolsHindersOnlyTheCommand() throws Exception {
        Played played = play(start("echo fine; ls", Map.of("PATH", "/nowhere", "LD_PRELOAD", "/nowhere.so")));

        assertEquals("fine\n", played.text(STDOUT));
        assertEquals(new Event.Exited(127), played.end());
    }

    @Test
    void theSpoolIsForQuarkOnly() throws Exception {
        play(start("echo x"));

        assertEquals("rwx------", mode(folder(1).path()));
        for (String file :
                List.of("stdout.00000000000000000000", "stderr.00000000000000000000", "exit", "ticket", "out", "err")) {
            assertEquals("rw-------", mode(folder(1).file(file)), file);
        }
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    // Output and end.

    @Test
    void aBurstIsReadToTheLastLine() throws Exception {
        runner = open(1L << 30);

        Played played = play(start("seq 200000; seq 200000 >&2; seq 200000 & wait"));

        String numbers =
                Stream.iterate(1, n -> n + 1).limit(200_000).map(n -> n + "\n").collect(Collectors.joining());
        assertEquals(numbers + numbers, played.text(STDOUT));
        assertEquals(numbers, played.text(STDERR));
        assertEquals(new Event.Exited(0), played.end());
    }

    @Test
    void writingToDevStderrTruncatesNothing() throws Exception {
        Played played = play(start("""
                echo one; echo two >/dev/stdout; echo three | tee /dev/stderr; echo four >/dev/stderr; echo five
                """));

        assertEquals("one\ntwo\nthree\nfive\n", played.text(STDOUT));
        assertEquals("three\nfour\n", played.text(STDERR));
    }

    @Test
    void aCommandMaySignalItsWholeGroup() throws Exception {
        Played played = play(start("sleep 1000 & echo x; kill 0"));

        assertEquals("x\n", played.text(STDOUT));
        assertEquals("", played.text(STDERR));
        assertEquals(new Event.Exited(143), played.end());
    }

    @Test
    void whatIsLeftBehindGoesOnAndDelaysNothing() throws Exception {
        CommandRun run = start("sleep 1000 & echo $!; exit 4");
        List<ProcessKey> left = readProcesses(run, 1);

        assertEquals(new Event.Exited(4), play(run).end());

        run.stop(Duration.ZERO);
        runner().discard(deployment);
        assertEquals(left, alive(left));
        assertFalse(Files.exists(folder(1).path()));
    }

    @Test
    void whatIsLeftBehindMayPrintWithoutEnd() throws Exception {
        runner = open(1L << 30);
        // Not as fast as it could: what comes before the exit is read, and is not to be more than the limit.
        CommandRun run = start("while :; do echo y; done & echo $! >daemon; exit 4");

        assertEquals(new Event.Exited(4), play(run).end());

        long daemon = Long.parseLong(Files.readString(data.resolve("daemon")).strip());
        leftBehind.add(ProcessTable.find(daemon).orElseThrow().key());
        assertEquals(leftBehind, alive(leftBehind));
    }

    @Test
    void theCgroupIsRemovedAtTheEnd() throws Exception {
        assumeCgroups();
        CommandRun run = start("echo x; sleep 1000");
        readText(run, STDOUT, 2);
        Path cgroup = folder(1).ticket().orElseThrow().cgroup();
        assertTrue(cgroup != null && Files.isDirectory(cgroup));
        assertFalse(Cgroups.processes(cgroup).isEmpty());

        run.stop(GRACE);
        play(run);

        assertFalse(Files.exists(cgroup));
    }

    @Test
    void aCgroupThatIsStillUsedIsSweptLater() throws Exception {
        assumeCgroups();
        CommandRun run = start("sleep 1000 & echo $!");
        List<ProcessKey> left = readProcesses(run, 1);
        play(run);
        Path cgroup = folder(1).ticket().orElseThrow().cgroup();
        assertTrue(cgroup != null && Files.isDirectory(cgroup));
        assertTrue(Files.exists(cgroup));
        ProcessHandle sleep = ProcessHandle.of(left.getFirst().pid()).orElseThrow();
        ProcessTable.kill(left.getFirst());
        sleep.onExit().join();

        runner.sweep(id -> false);

        assertFalse(Files.exists(cgroup));
    }

    // Stopping.

    @Test
    void stopFindsEveryProcess() throws Exception {
        CommandRun run = start("""
                sleep 1000 & echo $!
                setsid sh -c 'echo $$; exec sleep 1000' &
                (setsid sh -c 'sleep 1000 & echo $!' &)
                (env -i sh -c 'echo $$; exec sleep 1000' &)
                setsid sh -c '(env -i sh -c "echo \\$\\$; exec sleep 1000" &); echo $$; exec sleep 1000' &
                echo $$; exec sleep 1000
                """);
        List<ProcessKey> processes = readProcesses(run, 7);
        assertEquals(processes, alive(processes));

        run.stop(GRACE);

        assertStopped(play(run));
        assertEquals(List.of(), alive(processes));
    }

    @Test
    void stopFindsDaemonsWithoutEnvironmentByTheirCgroup() throws Exception {
        assumeCgroups();
        CommandRun run = start("(env -i setsid sh -c 'echo $$; exec sleep 1000' &); sleep 1000");
        List<ProcessKey> daemon = readProcesses(run, 1);

        run.stop(GRACE);

        assertStopped(play(run));
        assertEquals(List.of(), alive(daemon));
    }

    @Test
    void stopKillsWhatForksFasterThanItIsListed() throws Exception {
        CommandRun run = start("""
                trap '' TERM
                spin() { echo $(sh -c 'echo $PPID') >/dev/null; while :; do (sleep 0.01); done; }
                for i in 1 2 3 4; do spin & done
                (setsid sh -c 'while :; do (sleep 0.01); done' &)
                echo $$
                wait
                """);
        List<ProcessKey> shell = readProcesses(run, 1);
        Ticket ticket = folder(1).ticket().orElseThrow();

        run.stop(Duration.ofMillis(50));

        assertStopped(play(run));
        assertEquals(List.of(), alive(shell));
        assertEquals(List.of(), new ProcessTree(ticket, folder(1).path(), null).processes());
    }

    @Test
    void stopLetsACommandCleanUpAfterItself() throws Exception {
        CommandRun run = start("""
                trap 'sh -c "sleep 0.3; echo cleaned up"; exit 9' TERM
                echo ready; while :; do sleep 0.1; done
                """);
        readText(run, STDOUT, 6);

        run.stop(GRACE);

        Played played = play(run);
        assertEquals("cleaned up\n", played.text(STDOUT));
        assertEquals(new Event.Exited(9), played.end());
    }

    @Test
    void theLastWordsOfAScriptThatOutlivesItsShellAreHeard() throws Exception {
        Files.writeString(data.resolve("deploy.sh"), """
                trap 'echo cleaning up; sleep 0.3; echo cleaned up; exit 0' TERM
                echo ready; while :; do sleep 0.1; done
                """);
        CommandRun run = start("sh ./deploy.sh; echo never");
        readText(run, STDOUT, 6);

        run.stop(GRACE);

        Played played = play(run);
        assertEquals("cleaning up\ncleaned up\n", played.text(STDOUT));
        assertEquals(new Event.Exited(143), played.end());
    }

    @Test
    void aStopThatComesBeforeTheCommandEndsIt() throws Exception {
        CommandRun run = start("sleep 1000");

        run.stop(GRACE);

        assertStopped(play(run));
    }

    @Test
    void stopAfterARestartFindsTheTreeToo() throws Exception {
        CommandRun first = start("(setsid sh -c 'echo $$; exec sleep 1000' &); sleep 1000");
        List<ProcessKey> processes = readProcesses(first, 1);
        first.close();

        restarted();
        CommandRun run = assertInstanceOf(Recovered.Found.class, recover()).run();
        run.stop(GRACE);

        assertStopped(play(run));
        assertEquals(List.of(), alive(processes));
    }

    @Test
    void whatOutlivesItsSupervisorIsStopped() throws Exception {
        CommandRun run = start("""
                (setsid sh -c 'echo $$; exec sleep 1000' &)
                echo $$
                while [ ! -e go ]; do sleep 0.01; done
                kill -9 $PPID; exec sleep 1000
                """);
        List<ProcessKey> processes = readProcesses(run, 2);
        Files.createFile(data.resolve("go"));

        assertEquals(new Event.Vanished(), play(run).end());
        assertEquals(List.of(), alive(processes));
    }

    // Crashes.

    @Test
    void theCommandGoesOnWhenQuarkIsKilled() throws Exception {
        Process quark = RunnerChild.start(
                data,
                deployment,
                "echo before; while [ ! -e go ]; do sleep 0.01; done; echo after; exit 5",
                "",
                "C.UTF-8");
        quark.destroyForcibly().waitFor();
        Files.createFile(data.resolve("go"));

        Played played = play(assertInstanceOf(Recovered.Found.class, recover()).run());

        assertEquals("before\nafter\n", played.text(STDOUT));
        assertEquals(new Event.Exited(5), played.end());
    }

    @Test
    void aLocaleWithoutUmlautsSpoilsNeitherCommandNorValue() throws Exception {
        String value = "ä€😀\\n\\0101 %s\n\n";
        Process quark = RunnerChild.start(data, deployment, "printf '%s|' \"$VALUE\" 'ß\\0101'; exit 5", value, "C");
        quark.destroyForcibly().waitFor();

        Played played = play(assertInstanceOf(Recovered.Found.class, recover()).run());

        assertEquals(value + "|ß\\0101|", played.text(STDOUT));
    }

    @Test
    void aRunIsFencedOrFoundNeverBoth() throws Exception {
        int fenced = 0;
        for (int i = 0; i < 120; i++) {
            RunId id = new RunId(UUID.randomUUID());
            Path effects = data.resolve(id + ".effects");
            Command command = new Command(
                    id, "echo effect >>'" + effects + "'; echo done", data, Map.of(), CommandRunner.Keep.ALL);
            runner().start(command).close();
            awaitClaim(i, id);
            CommandRun run = switch (runner().recover(id, SpoolPosition.START)) {
                case Recovered.NotStarted none -> {
                    fenced++;
                    yield runner().start(command);
                }
                case Recovered.Found found -> found.run();
                case Recovered.Lost lost -> throw new AssertionError("lost");
            };

            Played played = play(run);

            assertEquals(new Event.Exited(0), played.end());
            assertEquals("done\n", played.text(STDOUT));
            assertEquals(List.of("effect"), Files.readAllLines(effects));
        }
        assertTrue(fenced < 120, "none was found");
    }

    /** Spreads the recovery over the time that the script takes to its claim, and the last ones over what comes after it. */
    private void awaitClaim(int number, RunId id) {
        Path claim = new RunFolder(data.resolve("runs").resolve(id.toString()), 1).file("started");
        long until = System.nanoTime() + number * 50_000L;
        while (number < 110 ? System.nanoTime() < until : !Files.exists(claim)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aScriptThatComesLateDoesNotRun() throws Exception {
        Ticket ticket = new Ticket("feed", BootId.current(), null, false);
        folder(1).make(ticket);
        assertInstanceOf(Recovered.NotStarted.class, recover());
        assertInstanceOf(Recovered.NotStarted.class, recover());

        Process late = new RunScript(LIMIT)
                .start(
                        folder(1),
                        ticket,
                        new Command(deployment, "echo late >effect", data, Map.of(), CommandRunner.Keep.ALL));

        assertEquals(75, late.waitFor());
        assertFalse(Files.exists(data.resolve("effect")));
        assertEquals("now\n", play(start("echo now")).text(STDOUT));
        assertTrue(Files.exists(folder(2).path()));
    }

    @Test
    void aCrashBeforeTheTicketIsNoStart() throws Exception {
        Files.createDirectories(folder(1).path());

        assertInstanceOf(Recovered.NotStarted.class, recover());

        assertEquals("now\n", play(start("echo now")).text(STDOUT));
    }

    @Test
    void aClaimWithoutAProcessIsLost() throws Exception {
        folder(1).make(new Ticket("feed", BootId.current(), null, false));
        Files.createFile(folder(1).file("started"));

        CommandRun run = assertInstanceOf(Recovered.Lost.class, recover()).run();

        assertEquals(new Event.Vanished(), play(run).end());
    }

    @Test
    void aScriptBetweenClaimAndPidFileIsWaitedFor() throws Exception {
        folder(1).make(new Ticket("feed", BootId.current(), null, false));
        Files.createFile(folder(1).file("started"));
        Process script = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "read -r go; read -r stat </proc/$$/stat; echo \"$stat\" >\"$1/pid\"; read -r go; "
                                + "printf 'exit   6\\n' 1<>\"$1/exit\"; "
                                + "printf '\\000\\001feed\\000' | tee -a \"$1/stdout.00000000000000000000\" >>\"$1/stderr.00000000000000000000\"",
                        "quark-run",
                        folder(1).path().toString())
                .start();
        leftBehind.add(ProcessTable.find(script.pid()).orElseThrow().key());
        CompletableFuture<Recovered> recovered = CompletableFuture.supplyAsync(this::recover);
        script.outputWriter().append("go\n").flush();

        CommandRun run =
                assertInstanceOf(Recovered.Found.class, recovered.join()).run();

        script.outputWriter().append("go\n").flush();
        assertEquals(new Event.Exited(6), play(run).end());
    }

    @Test
    void anotherProcessWithTheSameNumberIsNotTouched() throws Exception {
        play(start("kill -9 $PPID $$"));
        Process stranger = new ProcessBuilder("setsid", "sleep", "1000").start();
        ProcessKey key = ProcessTable.find(stranger.pid()).orElseThrow().key();
        leftBehind.add(key);
        String fields =
                Stream.iterate(4, n -> n + 1).limit(18).map(String::valueOf).collect(Collectors.joining(" "));
        Files.writeString(folder(1).file("pid"), key.pid() + " (sh) S " + fields + " " + (key.start() - 1) + " 0\n");

        CommandRun run = assertInstanceOf(Recovered.Lost.class, recover()).run();
        run.stop(Duration.ZERO);

        assertEquals(new Event.Vanished(), play(run).end());
        assertTrue(ProcessTable.isAlive(key));
    }

    @Test
    void afterARebootTheRunIsLostAndItsOutputIsNot() throws Exception {
        CommandRun first = start("echo before; exec sleep 1000");
        readText(first, STDOUT, 7);
        Ticket ticket = folder(1).ticket().orElseThrow();
        Files.writeString(
                folder(1).file("ticket"), new Ticket(ticket.marker(), "another", ticket.cgroup(), false).text());

        CommandRun run = assertInstanceOf(Recovered.Lost.class, recover()).run();
        run.stop(Duration.ZERO);
        Played played = play(run);

        assertEquals("before\n", played.text(STDOUT));
        assertEquals(new Event.Vanished(), played.end());
        first.stop(Duration.ZERO);
        play(first);
    }

    @Test
    void afterARebootAnAttemptWithoutAClaimMayHaveRun() throws Exception {
        folder(1).make(new Ticket("feed", "another", null, false));

        assertThrows(IllegalStateException.class, () -> start("echo again"));
        CommandRun run = assertInstanceOf(Recovered.Lost.class, recover()).run();

        assertEquals(new Event.Vanished(), play(run).end());
    }

    @Test
    void whatCannotBeStartedIsNotStarted() {
        assertThrows(
                UncheckedIOException.class,
                () -> runner().start(new Command(
                        deployment, "true", data.resolve("nowhere"), Map.of(), CommandRunner.Keep.ALL)));
        assertThrows(UncheckedIOException.class, () -> start(": " + "x".repeat(200_000)));

        assertInstanceOf(Recovered.NotStarted.class, recover());
    }

    @Test
    void sweepRemovesOnlyWhatIsOver() throws Exception {
        play(start("echo over"));
        RunId running = new RunId(UUID.randomUUID());
        CommandRun run = runner().start(new Command(running, "sleep 1000", data, Map.of(), CommandRunner.Keep.ALL));

        restarted();
        runner.sweep(running::equals);

        assertFalse(Files.exists(folder(1).path().getParent()));
        run.stop(GRACE);
        assertStopped(play(run));
        assertInstanceOf(Recovered.class, runner().recover(running, SpoolPosition.START));
        assertTrue(Files.exists(data.resolve("runs").resolve(running.toString())));
    }

    @Test
    void sweepLeavesAloneWhatSomebodyElsePutThere() throws Exception {
        Path backup = Files.createDirectories(data.resolve("runs/20261125-backup"));

        runner.sweep(id -> false);

        assertTrue(Files.exists(backup));
    }

    @Test
    void whatCannotBeRemovedKeepsNoneOfTheRestFromIt() throws Exception {
        play(start("echo over"));
        Path over = folder(1).path();
        Path broken = data.resolve("runs").resolve(new UUID(0, 0).toString());
        Path noTicket =
                Files.createDirectories(broken.resolve(over.getFileName()).resolve("ticket"));
        Path later = data.resolve("runs").resolve(new UUID(-1, -1).toString());
        Files.createDirectories(later);

        runner.sweep(id -> false);

        assertFalse(Files.exists(over.getParent()));
        assertFalse(Files.exists(later));
        // Removed here, where it had to fail.
        Files.delete(noTicket);
    }

    @Test
    void aReaderWaitsForEachLine() throws Exception {
        // The reader is at the end of the spool before each line: a change that wakes nobody would be found late.
        Process fifo = new ProcessBuilder("mkfifo", data.resolve("fifo").toString()).start();
        assertEquals(0, fifo.waitFor());
        CommandRun echo = start("while read -r line; do echo \"$line\"; done <fifo");
        try (var writer = Files.newBufferedWriter(data.resolve("fifo"))) {
            for (int i = 1; i <= 300; i++) {
                writer.append("line " + i + "\n").flush();
                assertEquals("line " + i + "\n", readText(echo, STDOUT, ("line " + i + "\n").length()));
            }
        }
        assertEquals(new Event.Exited(0), play(echo).end());
    }

    @Test
    void keepsOnlyWhatIsUnreadAndLosesNothingThatWasRead() throws Exception {
        CommandRun run = runner().start(new Command(
                deployment,
                "i=0; while [ $i -lt 60000 ]; do echo \"line $i\"; i=$((i+1)); done; echo end >&2",
                data,
                Map.of(),
                CommandRunner.Keep.UNREAD));
        long read = 0;
        StringBuilder text = new StringBuilder();
        try (run) {
            for (Event event = run.read(); !(event instanceof Event.Exited); event = run.read()) {
                Event.Output output = assertInstanceOf(Event.Output.class, event);
                for (CommandRun.Piece piece : output.pieces()) {
                    if (piece.stream() == LogStream.STDOUT) {
                        text.append(new String(piece.bytes(), StandardCharsets.US_ASCII));
                        read += piece.bytes().length;
                    }
                }
                run.stored(new SpoolPosition(read, 0));
            }
        }
        List<String> lines = text.toString().lines().toList();
        assertEquals(60_000, lines.size());
        assertEquals("line 59999", lines.getLast());
        // It is looked for files to remove once 64 KiB more are stored; the one that holds the place is still needed.
        assertTrue(folder(1).spools("stdout").headSet(read - 64 * 1024 + 1).size() <= 1, () -> "left: " + spools());
    }

    private String spools() {
        try {
            return folder(1).spools("stdout").toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void dropsTheOldestWhereNobodyReadsAndSaysHowMuch() throws Exception {
        CommandRun run = runner().start(new Command(
                deployment,
                "yes 0123456789abcde | head -n 200000; echo last; sleep 1000",
                data,
                Map.of(),
                CommandRunner.Keep.UNREAD));
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (folder(1).spools("stdout").isEmpty()
                || folder(1).spools("stdout").last() < 2_500_000) {
            assertTrue(System.nanoTime() < deadline, this::spools);
            Thread.sleep(10);
        }
        long dropped = 0;
        long read = 0;
        try (run) {
            while (dropped + read < 3_200_005) {
                Event event = run.read();
                if (event instanceof Event.Dropped much) {
                    dropped += much.bytes();
                } else {
                    for (CommandRun.Piece piece : ((Event.Output) event).pieces()) {
                        read += piece.bytes().length;
                    }
                }
            }
            assertTrue(dropped > 1_000_000, "dropped " + dropped);
            run.stop(Duration.ofMillis(100));
            for (Event event = run.read();
                    !(event instanceof Event.Exited || event instanceof Event.Vanished);
                    event = run.read()) {
                // To its end.
            }
        }
    }

    @Test
    void showsTheProcessAndWhereItListens() throws Exception {
        Assumptions.assumeTrue(java.nio.file.Files.isExecutable(Path.of("/usr/bin/python3")));
        CommandRun run = runner().start(new Command(
                deployment,
                "exec python3 -uc 'import socket,time; s=socket.socket(); s.bind((\"127.0.0.1\",0)); s.listen();"
                        + " print(s.getsockname()[1]); time.sleep(1000)'",
                data,
                Map.of(),
                CommandRunner.Keep.UNREAD));
        try (run) {
            int port = Integer.parseInt(
                    new String(((Event.Output) run.read()).pieces().getFirst().bytes(), StandardCharsets.US_ASCII)
                            .strip());
            Processes seen = restarted().inspect(deployment);
            assertEquals(java.util.Set.of(port), seen.ports());
            assertTrue(ProcessHandle.of(java.util.Objects.requireNonNull(seen.pid()))
                    .isPresent());
            run.stop(Duration.ofMillis(100));
            for (Event event = run.read();
                    !(event instanceof Event.Exited || event instanceof Event.Vanished);
                    event = run.read()) {
                // To its end.
            }
        }
        assertEquals(null, runner().inspect(deployment).pid());
    }
}
