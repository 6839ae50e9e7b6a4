package dev.quark.runner.router;

import dev.quark.core.problem.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the router's process running. It is the child of a small shell script, in a session of its own, which starts it again
 * when it crashes; so it goes on without QUARK. Where the script is gone too, QUARK starts both again: a connection to the
 * router that ends tells it so at once.
 */
final class RouterProcess implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(RouterProcess.class.getName());

    /** How long a router may take from its start to its first answer. */
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Settings settings;
    private final RouterClient client;
    private final ClassData classData;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Process starting;
    private @Nullable String fingerprint;
    private volatile boolean needed;
    private volatile boolean closed;
    private @Nullable SocketChannel watched;

    RouterProcess(Settings settings) {
        this.settings = settings;
        this.client = new RouterClient(settings.directory().resolve("control"));
        this.classData = new ClassData(settings);
    }

    RouterClient client() {
        return client;
    }

    /** Whether there is anything to route, so that a router should run. */
    boolean isNeeded() {
        return needed;
    }

    /** Adopts the router that runs, replaces it, or starts one, where there are routes from before. */
    void begin() {
        if (Router.hasRoutes(settings.directory())) {
            needed = true;
            Thread.ofVirtual().name("router-start").start(this::mend);
        }
    }

    /**
     * Returns when a router of this build answers.
     *
     * @throws UnavailableException where none can be started
     */
    void ensure() {
        needed = true;
        lock.lock();
        try {
            ensureLocked();
        } finally {
            lock.unlock();
        }
    }

    private void ensureLocked() {
        ensureStarted();
        watch();
        classData.makeLater(arguments());
    }

    private void ensureStarted() {
        Optional<Wire.Hello> hello = client.hello();
        if (hello.isPresent() && isOurs(hello.get())) {
            return;
        }
        if (hello.isEmpty() && !awaitMended()) {
            start();
        } else if (client.hello().filter(this::isOurs).isEmpty()) {
            LOG.log(System.Logger.Level.INFO, "Replacing the router by one of this build");
            start();
        }
        awaitStarted();
    }

    private boolean isOurs(Wire.Hello hello) {
        return hello.build().equals(fingerprint());
    }

    private String fingerprint() {
        String known = fingerprint;
        if (known == null) {
            known = settings.fingerprint();
            fingerprint = known;
        }
        return known;
    }

    /** Whether the script brought the router back; false at once where there is no script. */
    private boolean awaitMended() {
        long begun = System.nanoTime();
        while (!closed && isScriptAlive() && System.nanoTime() - begun < START_NANOS) {
            if (client.hello().isPresent()) {
                return true;
            }
            pause();
        }
        return false;
    }

    private boolean isScriptAlive() {
        return SupervisorFile.read(settings.directory().resolve("supervisor"))
                .filter(SupervisorFile::isAlive)
                .isPresent();
    }

    private void start() {
        if (closed) {
            throw new UnavailableException("QUARK is being stopped: no router is started any more.");
        }
        makeFolder();
        Path log = settings.directory().resolve("log");
        List<String> command = new ArrayList<>(List.of(
                "setsid",
                "/bin/sh",
                "-c",
                script(),
                "quark-router",
                settings.directory().toString(),
                settings.java().toString()));
        command.addAll(settings.jvmOptions());
        command.addAll(classData.options());
        command.addAll(settings.program());
        command.addAll(arguments());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(settings.directory().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().retainAll(List.of("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"));
        try {
            // Emptied, and appended to by all: a router that is replaced goes on to write into it.
            Files.write(log, new byte[0]);
            starting = builder.start();
        } catch (IOException e) {
            throw new UnavailableException("The router can't be started: " + e.getMessage(), e);
        }
    }

    private void makeFolder() {
        try {
            Set<PosixFilePermission> mine = PosixFilePermissions.fromString("rwx------");
            Files.createDirectories(settings.directory(), PosixFilePermissions.asFileAttribute(mine));
            Files.setPosixFilePermissions(settings.directory(), mine);
        } catch (IOException e) {
            throw new UnavailableException("The router's folder can't be made: " + e.getMessage(), e);
        }
    }

    private List<String> arguments() {
        return List.of(
                "--dir", settings.directory().toString(),
                "--host", settings.host(),
                "--port", String.valueOf(settings.port()),
                "--trusted", String.join(",", settings.trustedProxies()),
                "--build", fingerprint());
    }

    private static String script() {
        try (var in = Objects.requireNonNull(RouterProcess.class.getResourceAsStream("router.sh"))) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("router.sh is not in the jar", e);
        }
    }

    private void awaitStarted() {
        long begun = System.nanoTime();
        while (!closed && System.nanoTime() - begun < START_NANOS) {
            if (client.hello().filter(this::isOurs).isPresent()) {
                return;
            }
            Process process = starting;
            if (process != null && !process.isAlive() && !isScriptAlive()) {
                break;
            }
            pause();
        }
        throw new UnavailableException("The router doesn't start: " + lastWords() + " " + whereToLook());
    }

    private String lastWords() {
        try {
            List<String> lines = Files.readAllLines(settings.directory().resolve("log"));
            return lines.reversed().stream()
                    .filter(line -> line.contains("ERROR") || line.contains("SEVERE") || line.contains("taken by"))
                    .findFirst()
                    .orElse(lines.isEmpty() ? "it said nothing." : lines.getLast());
        } catch (IOException e) {
            return "it said nothing.";
        }
    }

    /** What a person reads next. */
    String whereToLook() {
        return "Its log is " + settings.directory().resolve("log") + ".";
    }

    /** Mends the router as soon as it ends. */
    private void watch() {
        SocketChannel before = watched;
        if (closed || (before != null && before.isOpen())) {
            return;
        }
        try {
            SocketChannel channel = client.connect();
            watched = channel;
            Thread.ofVirtual().name("router-watch").start(() -> awaitEnd(channel));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "The router ended in this moment", e);
        }
    }

    private void awaitEnd(SocketChannel channel) {
        try (channel) {
            channel.read(ByteBuffer.allocate(1));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "The router's connection broke", e);
        }
        if (!closed) {
            LOG.log(System.Logger.Level.WARNING, "The router ended; seeing that it runs");
            mend();
        }
    }

    private void mend() {
        for (long wait = 100; !closed; wait = Math.min(wait * 2, 5000)) {
            try {
                ensure();
                return;
            } catch (UnavailableException e) {
                if (!closed) {
                    LOG.log(System.Logger.Level.WARNING, "{0}", e.getMessage());
                    pause(wait);
                }
            }
        }
    }

    private static void pause() {
        pause(10);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("Interrupted while the router was started", e);
        }
    }

    /** Lets go of the router, which goes on; none is started any more when this returns. */
    @Override
    public void close() {
        closed = true;
        classData.close();
        lock.lock();
        try {
            SocketChannel channel = watched;
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The router could not be let go of", e);
        } finally {
            lock.unlock();
        }
    }
}
