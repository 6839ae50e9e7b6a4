package dev.quark.runner;

import java.nio.file.Path;

/**
 * What a runner is set up with.
 *
 * @param dataDirectory QUARK's {@code DATA_DIR}; the runner keeps to its folders {@code runs} and {@code apps}
 * @param outputLimitBytes how much one command may print, both streams together, before
 *     {@link dev.quark.core.process.CommandRun.Event.TooMuchOutput}
 * @param cgroups whether a command gets a cgroup of its own where the system lets QUARK make one
 */
public record Settings(Path dataDirectory, long outputLimitBytes, boolean cgroups) {

    /** The limit that {@link #in} sets: 1 GiB. */
    public static final long OUTPUT_LIMIT_BYTES = 1L << 30;

    /** Makes the folder's path absolute. */
    public Settings {
        dataDirectory = dataDirectory.toAbsolutePath().normalize();
        if (outputLimitBytes < 1) {
            throw new IllegalArgumentException("The output limit is " + outputLimitBytes);
        }
    }

    /** The usual settings. */
    public static Settings in(Path dataDirectory) {
        return new Settings(dataDirectory, OUTPUT_LIMIT_BYTES, true);
    }
}
