package dev.quark.runner.router;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The router's class data sharing archive, which halves the time for which nobody listens when a router has crashed. A router
 * writes none itself, since it hardly ever ends; so one is made for each build by a process that only warms up, with the
 * lowest priority, when the router has run for a while.
 */
final class ClassData implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ClassData.class.getName());

    private static final long LONGEST_MINUTES = 2;

    private final Settings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread maker;

    ClassData(Settings settings) {
        this.settings = settings;
    }

    /** Named by the build: a JVM neither uses nor replaces an archive of other jars. */
    private Path archive() {
        return settings.directory().resolve("classes-" + settings.build().get() + ".jsa");
    }

    /** The options with which a router uses the archive, whether it is there yet or not; those of other builds are removed, and what is left of one. */
    List<String> options() {
        Path archive = archive();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(settings.directory(), "classes*")) {
            for (Path other : all) {
                if (!other.equals(archive)) {
                    Files.delete(other);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "Old class data stays", e);
        }
        return List.of("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + archive);
    }

    /** Has it made later, with these arguments of the router, where it isn't there. */
    void makeLater(List<String> arguments) {
        lock.lock();
        try {
            if (maker == null && !Files.exists(archive())) {
                maker = Thread.ofVirtual().name("router-class-data").start(() -> make(arguments));
            }
        } finally {
            lock.unlock();
        }
    }

    private void make(List<String> arguments) {
        Path archive = archive();
        Path fresh = archive.resolveSibling(archive.getFileName() + ".new");
        try {
            Thread.sleep(settings.classDataAfter());
            List<String> command =
                    new ArrayList<>(List.of("nice", "-n", "19", settings.java().toString()));
            command.addAll(settings.jvmOptions());
            command.add("-XX:ArchiveClassesAtExit=" + fresh);
            command.addAll(settings.program());
            command.addAll(arguments);
            command.addAll(List.of("--class-data", "true"));
            if (run(command) && Files.exists(fresh)) {
                Files.move(fresh, archive, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.deleteIfExists(fresh);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "The router goes without class data", e);
        } catch (InterruptedException e) {
            // QUARK is being stopped: the next one makes it.
        }
    }

    private boolean run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(settings.directory().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES) && process.exitValue() == 0;
        } finally {
            process.destroyForcibly();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (maker != null) {
                maker.interrupt();
                maker.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
