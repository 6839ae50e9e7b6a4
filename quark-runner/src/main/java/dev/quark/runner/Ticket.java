package dev.quark.runner;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is written down of an attempt before its process is started.
 *
 * @param marker the value of {@link CommandEnvironment#MARKER}
 * @param boot the machine's start in which it is made
 * @param cgroup the command's cgroup; null where it has none
 * @param keepsUnread whether only the output is kept that was not stored yet
 */
record Ticket(String marker, String boot, @Nullable Path cgroup, boolean keepsUnread) {

    private static final String UNREAD = "unread";

    private static final String END = "end";

    String text() {
        return String.join(
                "\n", marker, boot, cgroup == null ? "" : cgroup.toString(), keepsUnread ? UNREAD : "all", END);
    }

    /** Empty for a text that isn't whole. */
    static Optional<Ticket> parse(String text) {
        List<String> lines = text.lines().toList();
        if (lines.size() != 5 || !lines.get(4).equals(END)) {
            return Optional.empty();
        }
        return Optional.of(new Ticket(
                lines.get(0),
                lines.get(1),
                lines.get(2).isEmpty() ? null : Path.of(lines.get(2)),
                lines.get(3).equals(UNREAD)));
    }

    /** What is written to both streams after the command's end; what follows it is not the command's. */
    byte[] endMark() {
        return ("\0\1" + marker + "\0").getBytes(StandardCharsets.US_ASCII);
    }
}
