package dev.quark.core.process;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the system shows of a running command.
 *
 * @param pid the number of the command's first process; null where it is gone
 * @param ports the TCP ports on which its processes listen, or a part of them where the system doesn't show all
 */
public record Processes(@Nullable Long pid, Set<Integer> ports) {

    /** Nothing runs. */
    public static final Processes NONE = new Processes(null, Set.of());

    /** Copies the ports. */
    public Processes {
        ports = Set.copyOf(ports);
    }
}
