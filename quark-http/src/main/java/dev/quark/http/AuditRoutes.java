package dev.quark.http;

import dev.quark.core.identity.AuditEntry;
import dev.quark.core.identity.AuditLog;
import io.javalin.http.Context;
import java.util.List;

/** The audit log. */
final class AuditRoutes {

    private static final int MOST = 1000;

    private final AuditLog audit;

    AuditRoutes(AuditLog audit) {
        this.audit = audit;
    }

    void add(Routes routes) {
        routes.get("/audit", Access.ADMIN, this::list);
    }

    private void list(Context ctx) {
        Query query = new Query(ctx);
        int limit = (int) query.number("limit", 100, 1, MOST);
        long offset = query.number("offset", 0, 0, Long.MAX_VALUE);
        query.done();
        List<AuditEntry> page = audit.list(limit, offset);
        ctx.header("X-Total-Count", Long.toString(audit.count()));
        Answer.json(ctx, 200, json -> {
            json.writeStartArray();
            for (AuditEntry entry : page) {
                json.writeStartObject();
                Json.time(json, "at", entry.at());
                json.writeStringField("actor", entry.actor());
                json.writeStringField("address", entry.address());
                json.writeStringField("action", entry.action());
                json.writeStringField("target", entry.target());
                json.writeStringField("detail", entry.detail());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }
}
