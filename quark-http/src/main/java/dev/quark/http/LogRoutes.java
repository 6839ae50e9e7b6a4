package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentCursor.Next;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.LogFollower;
import dev.quark.core.deployment.ManageService;
import dev.quark.core.log.LogId;
import dev.quark.core.log.LogLine;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.LongFunction;

/** The log of a deployment or of a service as JSON and as plain text; written as it is read, a page at a time. */
final class LogRoutes {

    private static final int PAGE = 2000;
    private static final int MOST = 10_000;
    private static final int USUAL = 1000;

    private final UseCases use;
    private final Streams streams;
    private final Authentication authentication;
    private final Duration heartbeat;

    LogRoutes(UseCases use, Authentication authentication, Streams streams, Duration heartbeat) {
        this.use = use;
        this.authentication = authentication;
        this.streams = streams;
        this.heartbeat = heartbeat;
    }

    void add(Routes routes) {
        for (String prefix : List.of("/deployments", "/deploy/deployments")) {
            routes.get(prefix + "/{id}/logs", Access.VIEWER, ctx -> show(ctx, this::ofDeployment));
        }
        routes.get("/deploy/configs/{id}/service/logs", Access.VIEWER, ctx -> show(ctx, this::ofService));
    }

    private Shown ofDeployment(Context ctx) {
        DeploymentId id = DeploymentRoutes.id(ctx);
        Deployment deployment = use.deployments().find(id).orElseThrow(DeploymentId::notFound);
        return new Shown(id.log(), after -> use.watch().watch(id, after), json -> {
            Json.text(json, "deployment_id", id);
            Json.text(json, "repo_full_name", deployment.repository());
            Json.text(json, "status", deployment.status().label());
        });
    }

    private Shown ofService(Context ctx) {
        ConfigId id = ConfigRoutes.id(ctx);
        ManageService services = use.servicesOrRefuse();
        String status = ServiceRoutes.status(services.show(id));
        return new Shown(new LogId(id.value()), after -> services.follow(id, after), json -> {
            Json.text(json, "config_id", id);
            Json.text(json, "status", status);
        });
    }

    private void show(Context ctx, Function<Context, Shown> which) throws IOException, InterruptedException {
        Query query = new Query(ctx);
        boolean follow = query.flag("follow");
        boolean plain = follow || wantsText(ctx);
        long after = query.number("after", 0, 0, Long.MAX_VALUE);
        long limit = plain
                ? query.number("limit", Long.MAX_VALUE, 1, Long.MAX_VALUE)
                : query.number("limit", USUAL, 1, MOST);
        query.done();
        Shown shown = which.apply(ctx);
        ctx.res().setContentType(plain ? "text/plain;charset=utf-8" : Answer.JSON);
        if (ctx.req().getMethod().equals("HEAD")) {
            return;
        }
        if (follow) {
            follow(ctx, shown, after);
        } else if (plain) {
            text(ctx, shown, after, limit);
        } else {
            json(ctx, shown, after, limit);
        }
    }

    private static boolean wantsText(Context ctx) {
        String accept = ctx.req().getHeader("Accept");
        return accept != null
                && accept.toLowerCase(Locale.ROOT).contains("text/plain")
                && !accept.contains("application/json");
    }

    private void json(Context ctx, Shown shown, long after, long limit) throws IOException {
        Pages pages = new Pages(shown.log(), after, limit);
        try (JsonGenerator json = Json.stream(ctx.res().getOutputStream())) {
            json.writeStartObject();
            shown.head().write(json);
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
        members(json, line);
        json.writeEndObject();
    }

    static void members(JsonGenerator json, LogLine line) throws IOException {
        json.writeNumberField("seq", line.seq());
        Json.time(json, "at", line.at());
        json.writeStringField("stream", line.stream().label());
        json.writeStringField("text", line.text());
    }

    private void text(Context ctx, Shown shown, long after, long limit) throws IOException {
        OutputStream out = ctx.res().getOutputStream();
        new Pages(shown.log(), after, limit).each(Long.MAX_VALUE, line -> write(out, line));
    }

    private void follow(Context ctx, Shown shown, long after) throws IOException, InterruptedException {
        OutputStream out = ctx.res().getOutputStream();
        try (Streams.Stream stream = streams.open(() -> authentication.check(ctx));
                LogFollower cursor = shown.follow().apply(after)) {
            ctx.res().flushBuffer();
            Next next = stream.next(cursor::next, heartbeat);
            while (!(next instanceof Next.Ended)) {
                if (next instanceof Next.Lines more) {
                    for (LogLine line : more.lines().list()) {
                        write(out, line);
                    }
                    out.flush();
                }
                next = stream.next(cursor::next, heartbeat);
            }
        }
    }

    private static void write(OutputStream out, LogLine line) throws IOException {
        out.write((line.text() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A log to show.
     *
     * @param follow begins to follow it after a line
     * @param head the members before its lines
     */
    private record Shown(LogId log, LongFunction<LogFollower> follow, Json.Part head) {}

    /** Does something with a line. */
    @FunctionalInterface
    private interface Use {
        void line(LogLine line) throws IOException;
    }

    /** Some lines of a log, which can be gone through more than once; only the first page of them is kept. */
    private final class Pages {

        private final LogId log;
        private final long after;
        private final long limit;
        private final List<LogLine> first;

        Pages(LogId log, long after, long limit) {
            this.log = log;
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
            return use.logs().read(log, from, (int) Math.min(PAGE, most));
        }
    }
}
