package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentCursor;
import dev.quark.core.deployment.DeploymentCursor.Next;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStore;
import dev.quark.core.deployment.WatchDeployment;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogStore;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** A deployment's log as JSON and as plain text; written as it is read, a page at a time. */
final class LogRoutes {

    private static final int PAGE = 2000;
    private static final int MOST = 10_000;
    private static final int USUAL = 1000;

    private final DeploymentStore deployments;
    private final LogStore logs;
    private final WatchDeployment watch;
    private final Streams streams;
    private final Authentication authentication;
    private final Duration heartbeat;

    LogRoutes(UseCases use, Authentication authentication, Streams streams, Duration heartbeat) {
        this.authentication = authentication;
        this.deployments = use.deployments();
        this.logs = use.logs();
        this.watch = use.watch();
        this.streams = streams;
        this.heartbeat = heartbeat;
    }

    void add(Routes routes) {
        for (String prefix : List.of("/deployments", "/deploy/deployments")) {
            routes.get(prefix + "/{id}/logs", Access.VIEWER, this::show);
        }
    }

    private void show(Context ctx) throws IOException, InterruptedException {
        Query query = new Query(ctx);
        boolean follow = query.flag("follow");
        boolean plain = follow || wantsText(ctx);
        long after = query.number("after", 0, 0, Long.MAX_VALUE);
        long limit = plain
                ? query.number("limit", Long.MAX_VALUE, 1, Long.MAX_VALUE)
                : query.number("limit", USUAL, 1, MOST);
        query.done();
        DeploymentId id = DeploymentRoutes.id(ctx);
        Deployment deployment = deployments.find(id).orElseThrow(DeploymentId::notFound);
        ctx.res().setContentType(plain ? "text/plain;charset=utf-8" : Answer.JSON);
        if (ctx.req().getMethod().equals("HEAD")) {
            return;
        }
        if (follow) {
            follow(ctx, id, after);
        } else if (plain) {
            text(ctx, id, after, limit);
        } else {
            json(ctx, deployment, after, limit);
        }
    }

    private static boolean wantsText(Context ctx) {
        String accept = ctx.req().getHeader("Accept");
        return accept != null
                && accept.toLowerCase(Locale.ROOT).contains("text/plain")
                && !accept.contains("application/json");
    }

    private void json(Context ctx, Deployment deployment, long after, long limit) throws IOException {
        DeploymentId id = deployment.id();
        Pages pages = new Pages(id, after, limit);
        try (JsonGenerator json = Json.stream(ctx.res().getOutputStream())) {
            json.writeStartObject();
            Json.text(json, "deployment_id", id);
            Json.text(json, "repo_full_name", deployment.repository());
            Json.text(json, "status", deployment.status().label());
            json.writeArrayFieldStart("logs");
            long last = pages.each(Long.MAX_VALUE, line -> json.writeString(line.text()));
            json.writeEndArray();
            json.writeArrayFieldStart("lines");
            pages.each(last, line -> write(json, line));
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void write(JsonGenerator json, LogLine line) throws IOException {
        json.writeStartObject();
        json.writeNumberField("seq", line.seq());
        Json.time(json, "at", line.at());
        json.writeStringField("stream", line.stream().label());
        json.writeStringField("text", line.text());
        json.writeEndObject();
    }

    private void text(Context ctx, DeploymentId id, long after, long limit) throws IOException {
        OutputStream out = ctx.res().getOutputStream();
        new Pages(id, after, limit).each(Long.MAX_VALUE, line -> write(out, line));
    }

    private void follow(Context ctx, DeploymentId id, long after) throws IOException, InterruptedException {
        OutputStream out = ctx.res().getOutputStream();
        try (Streams.Stream stream = streams.open(() -> authentication.check(ctx));
                DeploymentCursor cursor = watch.watch(id, after)) {
            ctx.res().flushBuffer();
            Next next = stream.next(cursor, heartbeat);
            while (!(next instanceof Next.Ended)) {
                if (next instanceof Next.Lines more) {
                    for (LogLine line : more.lines().list()) {
                        write(out, line);
                    }
                    out.flush();
                }
                next = stream.next(cursor, heartbeat);
            }
        }
    }

    private static void write(OutputStream out, LogLine line) throws IOException {
        out.write((line.text() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Does something with a line. */
    @FunctionalInterface
    private interface Use {
        void line(LogLine line) throws IOException;
    }

    /** Some lines of a log, which can be gone through more than once; only the first page of them is kept. */
    private final class Pages {

        private final DeploymentId id;
        private final long after;
        private final long limit;
        private final List<LogLine> first;

        Pages(DeploymentId id, long after, long limit) {
            this.id = id;
            this.after = after;
            this.limit = limit;
            this.first = read(after, limit);
        }

        /** Uses the lines up to number {@code last}; gives the last one's number. */
        long each(long last, Use use) throws IOException {
            long seq = after;
            long left = limit;
            List<LogLine> page = first;
            while (!page.isEmpty()) {
                for (LogLine line : page) {
                    if (line.seq() > last) {
                        return seq;
                    }
                    use.line(line);
                    seq = line.seq();
                }
                left -= page.size();
                page = left > 0 && seq < last ? read(seq, left) : List.of();
            }
            return seq;
        }

        private List<LogLine> read(long from, long most) {
            return logs.read(id.log(), from, (int) Math.min(PAGE, most));
        }
    }
}
