package dev.quark.runner;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Wakes readers when files in their run's folder change: one inotify instance and one thread for all runs. */
final class SpoolWatch implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(SpoolWatch.class.getName());

    private final @Nullable WatchService service;
    private final Object lock = new Object();

    // Guarded by the lock. Two readers of one folder share its key.
    private final Map<Path, WatchKey> keys = new HashMap<>();
    private final Map<WatchKey, Set<Wakeup>> readers = new HashMap<>();

    private SpoolWatch(@Nullable WatchService service) {
        this.service = service;
    }

    /** Where the system has no inotify instance left, nothing is woken: readers then look again and again. */
    static SpoolWatch open() {
        WatchService service = null;
        try {
            service = FileSystems.getDefault().newWatchService();
        } catch (IOException | UnsupportedOperationException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Output is looked for every few milliseconds, since files can't be watched: {0}",
                    e.getMessage());
        }
        SpoolWatch watch = new SpoolWatch(service);
        if (service != null) {
            WatchService watched = service;
            Thread.ofPlatform().daemon().name("quark-spool-watch").start(() -> watch.run(watched));
        }
        return watch;
    }

    /** Watches a folder for a reader; false where it can't be watched. Changes from now on wake it. */
    boolean arm(Path folder, Wakeup reader) {
        if (service == null) {
            return false;
        }
        synchronized (lock) {
            try {
                WatchKey key = folder.register(service, StandardWatchEventKinds.ENTRY_MODIFY);
                keys.put(folder, key);
                readers.computeIfAbsent(key, any -> new HashSet<>()).add(reader);
                return true;
            } catch (IOException | ClosedWatchServiceException e) {
                return false;
            }
        }
    }

    /** Stops watching for a reader; without readers a folder costs nothing however much is written to it. */
    void disarm(Path folder, Wakeup reader) {
        synchronized (lock) {
            WatchKey key = keys.get(folder);
            Set<Wakeup> left = key == null ? null : readers.get(key);
            if (key == null || left == null) {
                return;
            }
            left.remove(reader);
            if (left.isEmpty()) {
                readers.remove(key);
                keys.remove(folder);
                key.cancel();
            }
        }
    }

    private void run(WatchService watched) {
        try {
            while (true) {
                WatchKey key = watched.take();
                key.pollEvents();
                synchronized (lock) {
                    readers.getOrDefault(key, Set.of()).forEach(Wakeup::wake);
                }
                key.reset();
            }
        } catch (ClosedWatchServiceException | InterruptedException e) {
            // Closed.
        }
    }

    @Override
    public void close() {
        if (service != null) {
            try {
                service.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "The watch couldn't be closed", e);
            }
        }
    }
}
