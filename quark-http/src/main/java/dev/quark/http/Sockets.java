package dev.quark.http;

import dev.quark.core.identity.User;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.problem.QuarkException;
import dev.quark.core.problem.UnavailableException;
import io.javalin.config.RoutesConfig;
import io.javalin.websocket.WsContext;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.websocket.api.Callback;
import org.jspecify.annotations.Nullable;

/**
 * WebSockets, each with who may use it: who isn't let in learns it by a close code, after the upgrade. Each client has a
 * thread of its own, which sends at the client's pace; one that takes nothing, or gives no sign of life, is dropped.
 */
final class Sockets {

    private static final System.Logger LOG = System.getLogger(HttpServer.class.getName());

    private static final int NORMAL = 1000;
    private static final int SERVER_ERROR = 1011;
    private static final int RESTART = 1012;
    private static final int BAD_REQUEST = 4000;
    private static final int UNAUTHENTICATED = 4001;
    private static final int NOT_FOUND = 4004;

    private final RoutesConfig routes;
    private final Authentication authentication;
    private final Streams streams;
    private final Settings.Times times;
    private final Map<String, Streams.Stream> clients;

    /** @param clients where those who are connected are noted, by their sessions */
    Sockets(
            RoutesConfig routes,
            Authentication authentication,
            Streams streams,
            Settings.Times times,
            Map<String, Streams.Stream> clients) {
        this.routes = routes;
        this.authentication = authentication;
        this.streams = streams;
        this.times = times;
        this.clients = clients;
    }

    /** Serves the WebSockets of a path; where {@code serving} returns, everything was sent. */
    void add(String path, Access access, Serving serving) {
        routes.ws(
                path,
                ws -> {
                    ws.onConnect(ctx -> begin(ctx, access, serving));
                    ws.onClose(this::end);
                    ws.onError(this::end);
                    // What a client says is of no interest; larger messages than a few KiB end the connection.
                    ws.onMessage(message -> {});
                    ws.onBinaryMessage(message -> {});
                },
                access);
    }

    private void begin(WsContext ctx, Access access, Serving serving) {
        AtomicReference<@Nullable User> admitted = new AtomicReference<>();
        Streams.Stream stream = streams.open(() -> authenticate(ctx, access, admitted.get()));
        clients.put(ctx.sessionId(), stream);
        Thread.ofVirtual()
                .name("socket")
                .start(() -> serve(ctx, stream, () -> {
                    User user = authenticate(ctx, access, null);
                    admitted.set(user);
                    serving.serve(new SocketClient(ctx, stream, user, times));
                }));
    }

    private void end(WsContext ctx) {
        Streams.Stream stream = clients.remove(ctx.sessionId());
        if (stream != null) {
            stream.end();
        }
    }

    private void serve(WsContext ctx, Streams.Stream stream, Work work) {
        try {
            work.run();
            close(ctx, NORMAL, "");
        } catch (Refused e) {
            close(ctx, e.code, String.valueOf(e.getMessage()));
        } catch (NotFoundException | ConflictException e) {
            close(ctx, NOT_FOUND, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            if (streams.stopping()) {
                close(ctx, RESTART, "The server is stopping: connect again.");
            }
        } catch (SocketClient.StalledException e) {
            LOG.log(Level.DEBUG, "A client took nothing for too long, or is gone", e);
            ctx.session.disconnect();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "A stream failed", e);
            close(ctx, SERVER_ERROR, "The server failed: connect again.");
        } catch (Error e) {
            ctx.session.disconnect();
            throw e;
        } finally {
            clients.remove(ctx.sessionId());
            stream.close();
        }
    }

    /** @param before who it was when they were let in; what they were shown then is what they go on seeing */
    private @Nullable User authenticate(WsContext ctx, Access access, @Nullable User before) {
        try {
            User user = authentication.ofWebSocket(ctx, access);
            if (before != null && (user == null || !user.role().covers(before.role()))) {
                throw new Refused(UNAUTHENTICATED, "Your role is another one now: connect again.");
            }
            return user;
        } catch (UnavailableException e) {
            throw e;
        } catch (HttpProblem e) {
            throw new Refused(UNAUTHENTICATED, String.valueOf(e.getMessage()));
        } catch (QuarkException e) {
            throw unauthenticated();
        }
    }

    private static void close(WsContext ctx, int code, String reason) {
        ctx.session.close(code, reason, Callback.NOOP);
    }

    /** Says that somebody has to sign in first. */
    static RuntimeException unauthenticated() {
        return new Refused(UNAUTHENTICATED, "Sign in first, and connect with ?token=TOKEN.");
    }

    /** Says what is wrong with the address. */
    static RuntimeException wrong(String reason) {
        return new Refused(BAD_REQUEST, reason);
    }

    /** Sends to a client whatever it is to get. */
    @FunctionalInterface
    interface Serving {
        void serve(SocketClient client) throws InterruptedException, SocketClient.StalledException;
    }

    @FunctionalInterface
    private interface Work {
        void run() throws InterruptedException, SocketClient.StalledException;
    }

    /** The connection is closed with a code that says why. */
    private static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;
        private final int code;

        Refused(int code, String reason) {
            super(reason, null, false, false);
            this.code = code;
        }
    }
}
