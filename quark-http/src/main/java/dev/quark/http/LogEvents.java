package dev.quark.http;

import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.DeploymentCursor.Next;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.LogFollower;
import dev.quark.core.log.LogLine;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.LongFunction;

/** The log of a deployment or of a service as Server-Sent Events. */
final class LogEvents {

    private static final System.Logger LOG = System.getLogger(HttpServer.class.getName());
    private static final byte[] HEARTBEAT = utf8(":\n\n");
    private static final int PIECE = 64 * 1024;

    /** What the last event's id has behind the number, so that a client that comes back with it is told to stay away. */
    private static final String END = "-end";

    private final UseCases use;
    private final Authentication authentication;
    private final EncodedBatches encoded;
    private final Streams streams;
    private final Duration heartbeat;

    LogEvents(
            UseCases use, Authentication authentication, EncodedBatches encoded, Streams streams, Duration heartbeat) {
        this.use = use;
        this.authentication = authentication;
        this.encoded = encoded;
        this.streams = streams;
        this.heartbeat = heartbeat;
    }

    void add(Routes routes) {
        for (String prefix : List.of("/deployments", "/deploy/deployments")) {
            routes.get(prefix + "/{id}/logs/stream", Access.VIEWER, ctx -> {
                DeploymentId id = DeploymentRoutes.id(ctx);
                stream(ctx, after -> use.watch().watch(id, after));
            });
        }
        routes.get("/deploy/configs/{id}/service/logs/stream", Access.VIEWER, ctx -> {
            ConfigId id = ConfigRoutes.id(ctx);
            stream(ctx, after -> use.servicesOrRefuse().follow(id, after));
        });
    }

    private void stream(Context ctx, LongFunction<LogFollower> follow) throws IOException, InterruptedException {
        Query query = new Query(ctx);
        long after = query.number("after", 0, 0, Long.MAX_VALUE);
        String last = ctx.req().getHeader("Last-Event-ID");
        boolean sawEnd = last != null && last.endsWith(END);
        if (last != null && !last.isEmpty()) {
            after = number(query, sawEnd ? last.substring(0, last.length() - END.length()) : last);
        }
        query.done();
        long from = after;
        try (LogFollower cursor = follow.apply(from)) {
            if (sawEnd) {
                // To a browser's EventSource this says: don't come back.
                Answer.noContent(ctx);
                return;
            }
            ctx.res().setContentType("text/event-stream");
            ctx.res().setHeader("X-Accel-Buffering", "no");
            if (!ctx.req().getMethod().equals("HEAD")) {
                try (Streams.Stream stream = streams.open(() -> authentication.check(ctx))) {
                    send(stream, ctx.res().getOutputStream(), cursor);
                }
            }
        } catch (InterruptedException e) {
            // The server stops: the client's next try finds the one that comes after it.
            LOG.log(Level.DEBUG, "An event stream ended", e);
        }
    }

    private static long number(Query query, String text) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The same fault as a negative number.
        }
        query.faults().add("Last-Event-ID", "must be the id of an event of this stream");
        return 0;
    }

    private void send(Streams.Stream stream, OutputStream out, LogFollower cursor)
            throws IOException, InterruptedException {
        Utf8 buffer = new Utf8(8 * 1024);
        out.write(HEARTBEAT);
        out.flush();
        while (true) {
            switch (stream.next(cursor::next, heartbeat)) {
                case Next.Lines more -> lines(out, buffer, more);
                case Next.StatusChanged(DeploymentStatus status) -> {
                    String id = cursor.seq() + (status.isFinal() ? END : "");
                    out.write(utf8("id: " + id + "\nevent: status\ndata: " + LogSocket.document(status) + "\n\n"));
                }
                case Next.Quiet quiet -> out.write(HEARTBEAT);
                case Next.Ended ended -> {
                    return;
                }
            }
            out.flush();
        }
    }

    private void lines(OutputStream out, Utf8 buffer, Next.Lines more) throws IOException {
        EncodedBatch batch = encoded.of(more.lines().batch());
        List<LogLine> lines = more.lines().batch().lines();
        for (int i = more.lines().from(); i < batch.size(); i++) {
            buffer.write(ID);
            buffer.number(lines.get(i).seq());
            buffer.write(EVENT);
            batch.document(buffer, i);
            buffer.write(TWO_LINES);
            if (buffer.length() > PIECE) {
                flush(out, buffer);
            }
        }
        flush(out, buffer);
    }

    private static void flush(OutputStream out, Utf8 buffer) throws IOException {
        out.write(buffer.array(), 0, buffer.length());
        buffer.clear();
    }

    private static final byte[] ID = utf8("id: ");
    private static final byte[] EVENT = utf8("\nevent: log\ndata: ");
    private static final byte[] TWO_LINES = utf8("\n\n");

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
