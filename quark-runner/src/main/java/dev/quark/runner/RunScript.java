package dev.quark.runner;

import dev.quark.core.process.CommandRunner;
import dev.quark.core.process.CommandRunner.Command;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts {@code run.sh}, which is given to the shell as it is; what a command consists of only ever becomes an argument. */
final class RunScript {

    private static final String RUN = resource("run.sh");
    private static final String SPOOL = resource("spool.sh");

    private static final long SMALLEST_PIECE = 64 * 1024;

    /** Where a spool file is cut off, beyond the limit at which the command is stopped. */
    private static final long SLACK = 1L << 20;

    /** The files of a stream that keeps what is unread: together the limit of a command that keeps all. */
    private static final int PIECES = 16;

    private final long outputLimit;

    RunScript(long outputLimit) {
        this.outputLimit = outputLimit;
    }

    /** Starts it in a session of its own: the process stays the same one, since it leads no group before. */
    Process start(RunFolder folder, Ticket ticket, Command command) throws IOException {
        if (!Files.isDirectory(command.directory())) {
            throw new IOException("there is no folder " + command.directory());
        }
        Map<String, String> own = System.getenv();
        CommandEnvironment environment = CommandEnvironment.of(own, command.environment(), ticket.marker());
        boolean plain = CommandEnvironment.canHandOver(command.shellCommand());
        Path cgroup = ticket.cgroup();
        List<String> words = new ArrayList<>(List.of("setsid", "/bin/sh", "-c", RUN, "quark-run"));
        words.add(folder.path().toString());
        words.add(plain ? command.shellCommand() : CommandEnvironment.escape(command.shellCommand()));
        words.add(cgroup == null ? "" : Cgroups.members(cgroup).toString());
        words.add(own.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"));
        words.add(SPOOL);
        boolean all = command.keep() == CommandRunner.Keep.ALL;
        words.add(Long.toString(
                all ? (outputLimit + SLACK) / 512 + 1 : Math.max(SMALLEST_PIECE, outputLimit / PIECES) / 512));
        words.add(all ? "0" : Integer.toString(PIECES));
        words.add(plain ? "plain" : "escaped");
        words.addAll(environment.escaped());
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(command.directory().toFile())
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(environment.variables());
        return builder.start();
    }

    private static String resource(String name) {
        try (InputStream in = RunScript.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("quark-runner lacks " + name);
            }
            // Without its comments: the text is what lists of processes show.
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("(?m)^ *#.*\n", "")
                    .replaceAll("\n{2,}", "\n")
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
