package dev.quark.runner;

import java.util.Optional;

/**
 * A line of the process table.
 *
 * @param key the process
 * @param parent its parent's number
 * @param group its process group's number
 * @param session its session's number
 * @param ended whether it is a zombie: it has ended and its parent hasn't asked how
 */
record ProcessEntry(ProcessKey key, long parent, long group, long session, boolean ended) {

    /** Reads a line of {@code /proc/PID/stat}; empty where it isn't a whole one. */
    static Optional<ProcessEntry> parse(String stat) {
        // The program's name may hold anything, parentheses and spaces as well.
        int name = stat.indexOf(" (");
        int rest = stat.lastIndexOf(") ");
        if (name < 0 || rest < 0 || !stat.endsWith("\n")) {
            return Optional.empty();
        }
        String[] fields = stat.substring(rest + 2).split(" ", 21);
        if (fields.length < 21) {
            return Optional.empty();
        }
        try {
            ProcessKey key = new ProcessKey(Long.parseLong(stat.substring(0, name)), Long.parseLong(fields[19]));
            boolean ended = "ZXx".contains(fields[0]);
            return Optional.of(new ProcessEntry(
                    key, Long.parseLong(fields[1]), Long.parseLong(fields[2]), Long.parseLong(fields[3]), ended));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
