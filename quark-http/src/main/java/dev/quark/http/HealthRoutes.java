package dev.quark.http;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Says whether the process is alive, and whether it can do its work. */
final class HealthRoutes {

    private final Supplier<List<String>> obstacles;

    HealthRoutes(Supplier<List<String>> obstacles) {
        this.obstacles = obstacles;
    }

    void add(Routes routes) {
        routes.get(
                "/health",
                Access.ANYBODY,
                ctx -> Answer.json(ctx, 200, json -> {
                    json.writeStartObject();
                    json.writeStringField("status", "ok");
                    json.writeEndObject();
                }));
        routes.get("/ready", Access.ANYBODY, ctx -> {
            List<String> reasons = obstacles.get();
            if (!reasons.isEmpty()) {
                throw new HttpProblem(503, String.join(" ", reasons), Map.of("Retry-After", "5"));
            }
            Answer.json(ctx, 200, json -> {
                json.writeStartObject();
                json.writeStringField("status", "ready");
                json.writeEndObject();
            });
        });
    }
}
