package dev.quark.github;

import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * JGit's view of the machine without the configuration of the user and of the system: hooks, filters, credential helpers,
 * rewritten URLs and proxies that somebody set up for themselves don't reach a deployment, and no {@code git} is started to
 * find out where the system keeps its own.
 */
final class BareSystem extends SystemReader.Delegate {

    private static final int MIB = 1024 * 1024;

    private BareSystem(SystemReader machine) {
        super(machine);
    }

    /** Makes it JGit's for the whole process, with caches that suit a small heap. */
    static synchronized void install() {
        if (!(SystemReader.getInstance() instanceof BareSystem)) {
            SystemReader.setInstance(new BareSystem(SystemReader.getInstance()));
        }
        WindowCacheConfig cache = new WindowCacheConfig();
        cache.setPackedGitLimit(16L * MIB);
        cache.setDeltaBaseCacheLimit(8 * MIB);
        // A larger file goes to disk in pieces and is never in memory as a whole.
        cache.setStreamFileThreshold(4 * MIB);
        cache.install();
    }

    @Override
    public @Nullable String getenv(String variable) {
        return variable.startsWith("GIT_") ? null : super.getenv(variable);
    }

    @Override
    public FileBasedConfig openUserConfig(Config parent, FS fs) {
        return new NoFile(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(Config parent, FS fs) {
        return new NoFile(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(Config parent, FS fs) {
        return new NoFile(parent, fs);
    }

    private static final class NoFile extends FileBasedConfig {

        NoFile(Config parent, FS fs) {
            super(parent, null, fs);
        }

        @Override
        public void load() {}

        @Override
        public void save() {}

        @Override
        public boolean isOutdated() {
            return false;
        }

        /**
         * Says how exact the file system's times are, which JGit would find out by writing files for some seconds, and
         * keep in the user's folder.
         */
        @Override
        public @Nullable String getString(String section, @Nullable String subsection, String name) {
            if (section.equals("filesystem")) {
                return "10 milliseconds";
            }
            return super.getString(section, subsection, name);
        }
    }
}
