package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.webhook.Delivery;
import dev.quark.core.webhook.Push;
import dev.quark.core.webhook.PushPlan;
import dev.quark.core.webhook.ReviewDeliveries;
import dev.quark.core.webhook.StoredDelivery;
import dev.quark.core.webhook.Verdict;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What GitHub delivered, what came of it, and what would. */
final class DeliveryRoutes {

    private static final int MOST = 100;
    private static final int USUAL = 30;
    private static final int LIMIT = 25 * 1024 * 1024;

    private final ReviewDeliveries deliveries;
    private final Authentication authentication;
    private final BodyBudget budget;

    DeliveryRoutes(ReviewDeliveries deliveries, Authentication authentication, BodyBudget budget) {
        this.deliveries = deliveries;
        this.authentication = authentication;
        this.budget = budget;
    }

    void add(Routes routes) {
        routes.get("/api/webhooks/deliveries", Access.VIEWER, this::list);
        routes.get("/api/webhooks/deliveries/{id}", Access.VIEWER, this::show);
        routes.post("/api/webhooks/deliveries/{id}/redeliver", Access.ADMIN, this::redeliver);
        routes.post("/api/webhooks/simulate", Access.VIEWER, this::simulate);
    }

    private void list(Context ctx) {
        Query query = new Query(ctx);
        RepositoryName repository = query.text("repo_full_name", RepositoryName::new);
        int limit = (int) query.number("limit", USUAL, 1, MOST);
        long offset = query.number("offset", 0, 0, Long.MAX_VALUE);
        query.done();
        List<StoredDelivery> page = deliveries.list(repository, limit, offset);
        ctx.header("X-Total-Count", Long.toString(deliveries.count(repository)));
        Answer.json(ctx, 200, json -> {
            json.writeStartArray();
            for (StoredDelivery stored : page) {
                json.writeStartObject();
                members(json, stored);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private void show(Context ctx) {
        new Query(ctx).done();
        StoredDelivery stored = deliveries.get(ctx.pathParam("id"));
        Answer.json(ctx, 200, json -> {
            json.writeStartObject();
            members(json, stored);
            json.writeObjectFieldStart("headers");
            for (Map.Entry<String, String> header :
                    new TreeMap<>(stored.delivery().headers()).entrySet()) {
                json.writeStringField(header.getKey(), header.getValue());
            }
            json.writeEndObject();
            // Text, byte for byte: it may be a form, and its signature is over these bytes.
            json.writeStringField("payload", new String(stored.delivery().payload(), StandardCharsets.UTF_8));
            json.writeEndObject();
        });
    }

    private void redeliver(Context ctx) {
        StoredDelivery stored = deliveries.get(ctx.pathParam("id"));
        Delivery delivery = stored.delivery();
        Push push = delivery.event().equals("push")
                ? PushReader.read(WebhookRoute.payload(
                                delivery.headers().getOrDefault("Content-Type", ""), delivery.payload()))
                        .push()
                : null;
        ReviewDeliveries.Redelivered again = deliveries.redeliver(stored, push, authentication.actor(ctx));
        WebhookRoute.answer(ctx, again.id(), again.accepted());
    }

    private void simulate(Context ctx) {
        try (Body body = Body.read(ctx, budget, LIMIT)) {
            PushPlan plan = deliveries.simulate(PushReader.read(body.bytes()).push());
            Answer.json(ctx, 200, json -> {
                json.writeStartObject();
                json.writeBooleanField(
                        "deployment_triggered", !plan.deployments().isEmpty());
                json.writeStringField("action", plan.action());
                verdicts(json, plan.verdicts());
                json.writeEndObject();
            });
        }
    }

    private static void members(JsonGenerator json, StoredDelivery stored) throws IOException {
        Delivery delivery = stored.delivery();
        json.writeStringField("id", delivery.id());
        json.writeStringField("event", delivery.event());
        Json.text(json, "repo_full_name", delivery.repository());
        Json.time(json, "received_at", delivery.receivedAt());
        json.writeStringField("action", stored.action());
        json.writeArrayFieldStart("deployment_ids");
        for (DeploymentId id : stored.deployments()) {
            json.writeString(id.toString());
        }
        json.writeEndArray();
        verdicts(json, stored.verdicts());
    }

    private static void verdicts(JsonGenerator json, List<Verdict> verdicts) throws IOException {
        json.writeArrayFieldStart("configs");
        for (Verdict verdict : verdicts) {
            json.writeStartObject();
            json.writeStringField("config_id", verdict.config().toString());
            json.writeStringField("name", verdict.name().value());
            json.writeStringField("branch", verdict.branch().value());
            json.writeBooleanField("deployed", verdict.deployed());
            json.writeStringField("reason", verdict.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
