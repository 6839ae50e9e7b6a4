package dev.quark.runner.router;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which process a script is: what it copied of {@code /proc/self/stat}. A number alone would also be the next process's that
 * gets it.
 *
 * @param pid the process
 * @param started when it started, in ticks since the machine did
 */
record SupervisorFile(long pid, String started) {

    static Optional<SupervisorFile> read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<SupervisorFile> parse(String stat) {
        int name = stat.lastIndexOf(')');
        String[] fields =
                name < 0 ? new String[0] : stat.substring(name + 1).strip().split(" ");
        if (fields.length < 20) {
            return Optional.empty();
        }
        // Field 22 of the line is the 20th after the name; field 3 is its state.
        return fields[0].equals("Z")
                ? Optional.empty()
                : Optional.of(new SupervisorFile(Long.parseLong(stat.substring(0, stat.indexOf(' '))), fields[19]));
    }

    boolean isAlive() {
        return read(Path.of("/proc", String.valueOf(pid), "stat"))
                .filter(this::equals)
                .isPresent();
    }
}
