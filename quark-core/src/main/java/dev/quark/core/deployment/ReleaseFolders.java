package dev.quark.core.deployment;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.WorkingDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The releases' folders on this machine: {@code apps/CONFIG/releases/DEPLOYMENT}, and {@code apps/CONFIG/current}, a
 * symbolic link to one of them. Every method can be repeated after a crash. Safe for use by many threads, with one
 * deployment of a config at a time.
 */
public interface ReleaseFolders {

    /** The absolute path of a release's folder, whether it is there or not. */
    Path folder(ConfigId config, DeploymentId deployment);

    /**
     * Makes a checked out commit ready for its command: writes {@code .env} (mode 0600) to its root, replacing one that
     * the repository has, and makes the file that the command names first ({@code ./deploy.sh}) executable.
     *
     * @param environmentFile the text of {@code .env}
     * @param manifest what the release is made with, as JSON without secrets: it is written down beside the folder, for people
     *     and scripts, and goes when the folder does
     * @return what was done
     */
    Prepared prepare(Path folder, WorkingDirectory directory, String command, String environmentFile, String manifest);

    /** Whether a release's folder is kept, so that it can be brought back without being made again. */
    boolean isKept(ConfigId config, DeploymentId deployment);

    /** Makes the release the current one, atomically. */
    void activate(ConfigId config, DeploymentId deployment);

    /**
     * Removes the oldest releases so that at most {@code keep} are left beside the current one; the newest stay.
     *
     * @param inUse releases whose instances still run, which stay as well
     */
    void prune(ConfigId config, int keep, Set<DeploymentId> inUse);

    /** Removes a release's folder, unless it is the current one. */
    void discard(ConfigId config, DeploymentId deployment);

    /** Removes a config's folder with all its releases. */
    void discardAll(ConfigId config);

    /** What {@link #prepare} did. */
    sealed interface Prepared {

        /**
         * The command can be started.
         *
         * @param directory where it is to be run; absolute, free of symbolic links
         * @param notes what was done that the person who pushed may not expect; one sentence each
         */
        record Ready(Path directory, List<String> notes) implements Prepared {}

        /**
         * The command can't be run there.
         *
         * @param reason a sentence that says what is wrong
         */
        record Refused(String reason) implements Prepared {}
    }
}
