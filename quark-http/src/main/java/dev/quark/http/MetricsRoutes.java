package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.metrics.SystemHistory;
import dev.quark.core.metrics.SystemSample;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;

/** What is measured: for Prometheus, and as JSON with a day of history. */
final class MetricsRoutes {

    private static final String PROMETHEUS = "text/plain;version=0.0.4;charset=utf-8";
    private static final int DAY = (int) Duration.ofDays(1).toMinutes();

    private final Measures measures;
    private final Clock clock;

    MetricsRoutes(Measures measures, Clock clock) {
        this.measures = measures;
        this.clock = clock;
    }

    void add(Routes routes) {
        routes.get("/metrics", Access.VIEWER, this::exposition);
        routes.get("/system/metrics", Access.VIEWER, this::system);
    }

    private void exposition(Context ctx) {
        byte[] text = measures.exposition().get().getBytes(StandardCharsets.UTF_8);
        Answer.send(ctx, 200, PROMETHEUS, text);
    }

    private void system(Context ctx) {
        Query query = new Query(ctx);
        Duration back = Duration.ofMinutes(query.number("minutes", DAY, 1, DAY));
        query.done();
        SystemSample now = measures.system().current();
        SystemHistory.Excerpt past =
                measures.system().history().since(clock.instant().minus(back));
        ctx.res().setStatus(200);
        ctx.res().setContentType(Answer.JSON);
        // A day is a megabyte: it is sent as it is written.
        try (JsonGenerator json = Json.stream(ctx.res().getOutputStream())) {
            json.writeStartObject();
            MetricsJson.members(json, now);
            MetricsJson.history(json, past);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
