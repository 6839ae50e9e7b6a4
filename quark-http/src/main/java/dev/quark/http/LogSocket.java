package dev.quark.http;

import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.LogFollower;
import dev.quark.core.identity.Role;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.problem.QuarkException;
import dev.quark.core.problem.UnavailableException;
import io.javalin.config.RoutesConfig;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsContext;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.common.WebSocketSession;
import org.jspecify.annotations.Nullable;

/** The WebSocket that streams a deployment: each client has a thread of its own that goes through the lines. */
final class LogSocket {

    private static final System.Logger LOG = System.getLogger(HttpServer.class.getName());

    private static final int NORMAL = 1000;
    private static final int SERVER_ERROR = 1011;
    private static final int RESTART = 1012;
    private static final int BAD_REQUEST = 4000;
    private static final int UNAUTHENTICATED = 4001;
    private static final int NOT_FOUND = 4004;

    private final UseCases use;
    private final Authentication authentication;
    private final EncodedBatches encoded;
    private final Streams streams;
    private final Settings.Times times;
    private final Map<String, Streams.Stream> clients = new ConcurrentHashMap<>();

    LogSocket(
            UseCases use,
            Authentication authentication,
            EncodedBatches encoded,
            Streams streams,
            Settings.Times times) {
        this.use = use;
        this.authentication = authentication;
        this.encoded = encoded;
        this.streams = streams;
        this.times = times;
    }

    void add(RoutesConfig routes) {
        for (String prefix : List.of("/deployments", "/deploy/deployments")) {
            routes.ws(
                    prefix + "/{id}/logs",
                    ws -> configure(
                            ws, (ctx, after) -> use.watch().watch(DeploymentId.parse(ctx.pathParam("id")), after)),
                    Access.VIEWER);
        }
        routes.ws(
                "/deploy/configs/{id}/service/logs",
                ws -> configure(
                        ws, (ctx, after) -> use.servicesOrRefuse().follow(ConfigId.parse(ctx.pathParam("id")), after)),
                Access.VIEWER);
    }

    private void configure(WsConfig ws, Follow follow) {
        ws.onConnect(ctx -> begin(ctx, follow));
        ws.onClose(this::end);
        ws.onError(this::end);
        // What a client says is of no interest; larger messages than a few KiB end the connection.
        ws.onMessage(message -> {});
        ws.onBinaryMessage(message -> {});
    }

    private void begin(WsContext ctx, Follow follow) {
        Streams.Stream stream = streams.open(() -> authenticate(ctx));
        clients.put(ctx.sessionId(), stream);
        Thread.ofVirtual().name("log-socket").start(() -> serve(ctx, stream, follow));
    }

    private void end(WsContext ctx) {
        Streams.Stream stream = clients.remove(ctx.sessionId());
        if (stream != null) {
            stream.end();
        }
    }

    private void serve(WsContext ctx, Streams.Stream stream, Follow follow) {
        try {
            stream(ctx, stream, follow);
        } catch (Refused e) {
            close(ctx, e.code, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            if (streams.stopping()) {
                close(ctx, RESTART, "The server is stopping: connect again.");
            }
        } catch (LogSender.StalledException e) {
            LOG.log(Level.DEBUG, "A client of a log took nothing for too long, or is gone", e);
            ctx.session.disconnect();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The stream of a log failed", e);
            close(ctx, SERVER_ERROR, "The server failed: connect again with the last seq as after.");
        } catch (Error e) {
            ctx.session.disconnect();
            throw e;
        } finally {
            clients.remove(ctx.sessionId());
            stream.close();
        }
    }

    private void stream(WsContext ctx, Streams.Stream stream, Follow follow)
            throws InterruptedException, LogSender.StalledException {
        authenticate(ctx);
        long after = after(ctx.queryParam("after"));
        boolean batch = "true".equals(ctx.queryParam("batch"));
        LogSender sender = new LogSender(((WebSocketSession) ctx.session).getCoreSession(), encoded, batch, times);
        try (LogFollower cursor = follow.after(ctx, after)) {
            sender.send(stream, cursor);
        } catch (NotFoundException | ConflictException e) {
            throw new Refused(NOT_FOUND, String.valueOf(e.getMessage()));
        }
        close(ctx, NORMAL, "");
    }

    private void authenticate(WsContext ctx) {
        try {
            authentication.ofWebSocket(ctx, Role.VIEWER);
        } catch (UnavailableException e) {
            throw e;
        } catch (HttpProblem e) {
            throw new Refused(UNAUTHENTICATED, String.valueOf(e.getMessage()));
        } catch (QuarkException e) {
            throw new Refused(UNAUTHENTICATED, "Sign in first, and connect with ?token=TOKEN.");
        }
    }

    private static long after(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return 0;
        }
        try {
            long after = Long.parseLong(text);
            if (after >= 0) {
                return after;
            }
        } catch (NumberFormatException e) {
            // The same fault as a negative number.
        }
        throw new Refused(BAD_REQUEST, "after must be the seq of a line, or 0.");
    }

    private static void close(WsContext ctx, int code, String reason) {
        ctx.session.close(code, reason, Callback.NOOP);
    }

    /** Begins to follow what the path names. */
    @FunctionalInterface
    private interface Follow {
        LogFollower after(WsContext ctx, long seq);
    }

    /** How the API spells a change of status. */
    static String document(DeploymentStatus status) {
        String label = status.label();
        return "{\"type\":\"status\",\"status\":\"" + label + "\",\"data\":\"" + label + "\"}";
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
