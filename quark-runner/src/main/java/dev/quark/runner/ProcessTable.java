package dev.quark.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The system's processes, as {@code /proc} shows them. */
final class ProcessTable {

    private static final Path PROC = Path.of("/proc");

    private ProcessTable() {}

    /** Every process that hasn't ended. */
    static List<ProcessEntry> all() {
        List<ProcessEntry> all = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(
                PROC,
                folder -> Character.isDigit(folder.getFileName().toString().charAt(0)))) {
            for (Path folder : folders) {
                read(folder.resolve("stat")).flatMap(ProcessEntry::parse).ifPresent(entry -> {
                    if (!entry.ended()) {
                        all.add(entry);
                    }
                });
            }
        } catch (IOException e) {
            throw new UncheckedIOException("QUARK needs Linux's /proc to find a command's processes", e);
        } catch (DirectoryIteratorException e) {
            throw new UncheckedIOException("The process table can't be read", e.getCause());
        }
        return all;
    }

    /** The process with a number, unless it has ended. */
    static Optional<ProcessEntry> find(long pid) {
        return read(PROC.resolve(pid + "/stat")).flatMap(ProcessEntry::parse).filter(entry -> !entry.ended());
    }

    static boolean isAlive(ProcessKey process) {
        return find(process.pid()).filter(found -> found.key().equals(process)).isPresent();
    }

    /** Whether a process was started with an environment that holds {@code NAME=VALUE}. */
    static boolean hasVariable(ProcessKey process, String variable) {
        Optional<String> text = read(PROC.resolve(process.pid() + "/environ"));
        return text.isPresent() && ("\0" + text.get() + "\0").contains("\0" + variable + "\0");
    }

    /** Each of a process's arguments with its end; empty while a program is being started in it, and once it has ended. */
    static String arguments(ProcessKey process) {
        return read(PROC.resolve(process.pid() + "/cmdline")).orElse("");
    }

    /** Whether a folder, or something in it, is one of these arguments. */
    static boolean isGiven(String arguments, Path folder) {
        return ("\0" + arguments).contains("\0" + folder + "\0") || ("\0" + arguments).contains("\0" + folder + "/");
    }

    /**
     * Sends SIGTERM to the process groups of these processes. A group is signalled as a whole: what is being forked is not
     * missed, as it would be if the processes were signalled one by one. A group's number is nobody else's while one of
     * these is alive.
     */
    static void terminate(List<ProcessEntry> processes) {
        List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", "kill -s TERM -- \"$@\"", "quark-stop"));
        processes.stream()
                .filter(process -> process.group() > 1 && isAlive(process.key()))
                .map(process -> "-" + process.group())
                .distinct()
                .forEach(words::add);
        try {
            new ProcessBuilder(words)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            // No process can be started, maybe because of what is to be stopped.
            processes.forEach(process -> ProcessHandle.of(process.key().pid())
                    .filter(handle -> isAlive(process.key()))
                    .ifPresent(ProcessHandle::destroy));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Sends SIGKILL to a process, but never to another that got its number.
     *
     * @return false where it can't be signalled: it is gone, or it is another user's
     */
    static boolean kill(ProcessKey process) {
        // Java's handle notes when the process was started, and compares that again right before it signals.
        return ProcessHandle.of(process.pid())
                .filter(handle -> isAlive(process))
                .map(ProcessHandle::destroyForcibly)
                .orElse(false);
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // It has ended, or isn't ours to look at.
            return Optional.empty();
        }
    }
}
