package dev.quark.runner.caddy;

import dev.quark.core.problem.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Looks after Caddy's configuration whenever it may have become another one. */
final class CaddyWatch implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(CaddyWatch.class.getName());
    private static final long FIRST_WAIT_MS = 100;
    private static final long LONGEST_WAIT_MS = 5000;

    private final CaddyAdmin admin;
    private final Runnable look;
    private final Thread thread = Thread.ofVirtual().name("caddy-watch").unstarted(this::run);
    private volatile boolean closed;
    private volatile @Nullable Socket connection;
    private @Nullable String lastFault;

    CaddyWatch(CaddyAdmin admin, Runnable look) {
        this.admin = admin;
        this.look = look;
    }

    void start() {
        thread.start();
    }

    private void run() {
        long wait = FIRST_WAIT_MS;
        while (!closed) {
            try {
                lookAndAwaitChange();
                wait = FIRST_WAIT_MS;
            } catch (RuntimeException e) {
                note(e instanceof UnavailableException ? e.getMessage() : e.toString());
                if (!sleep(wait)) {
                    return;
                }
                wait = Math.min(wait * 2, LONGEST_WAIT_MS);
            }
        }
    }

    private static boolean sleep(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void lookAndAwaitChange() {
        // The connection first: what changes while we look ends it.
        try (Socket socket = admin.watch()) {
            connection = socket;
            if (closed) {
                return;
            }
            look.run();
            note(null);
            awaitEnd(socket);
        } catch (IOException e) {
            throw admin.silent(e);
        }
    }

    private static void awaitEnd(Socket socket) {
        byte[] rest = new byte[1024];
        try {
            while (socket.getInputStream().read(rest) >= 0) {
                // What is left of the answer.
            }
        } catch (SocketTimeoutException e) {
            LOG.log(System.Logger.Level.DEBUG, "Caddy keeps connections for long", e);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "Caddy's connection broke", e);
        }
    }

    /** Tells each fault once, and its end. */
    private void note(@Nullable String fault) {
        if (!closed && !Objects.equals(fault, lastFault)) {
            LOG.log(System.Logger.Level.WARNING, "{0}", fault == null ? "Caddy takes the apps' hosts again." : fault);
        }
        lastFault = fault;
    }

    /** Nobody looks any more; what is under way ends. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        Socket socket = connection;
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Caddy could not be let go of", e);
        }
    }
}
