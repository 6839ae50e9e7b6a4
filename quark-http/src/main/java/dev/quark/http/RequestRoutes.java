package dev.quark.http;

import dev.quark.core.identity.Role;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.requestlog.RequestEntry;
import dev.quark.core.requestlog.RequestFilter;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The log of requests. */
final class RequestRoutes {

    private static final int USUAL = 100;
    private static final int MOST = 500;

    private final UseCases use;
    private final Supplier<Endpoints> endpoints;

    /** @param endpoints asked when a request comes: all routes are known then */
    RequestRoutes(UseCases use, Supplier<Endpoints> endpoints) {
        this.use = use;
        this.endpoints = endpoints;
    }

    void add(Routes routes) {
        routes.get("/logs", Access.VIEWER, this::list);
    }

    private void list(Context ctx) {
        Query query = new Query(ctx);
        int limit = (int) query.number("limit", USUAL, 1, MOST);
        long offset = query.number("offset", 0, 0, Long.MAX_VALUE);
        UUID before = query.text("before", RequestRoutes::id);
        String method = query.text("method", text -> text.toUpperCase(Locale.ROOT));
        String path = query.text("path", text -> text);
        long status = query.number("status", 0, 100, 599);
        query.done();
        RequestFilter filter = filter(method, path, status == 0 ? null : (int) status);
        List<RequestEntry> page = use.requests().list(filter, before, limit, offset);
        RequestJson shown = Authentication.user(ctx).role().covers(Role.ADMIN) ? RequestJson.WHOLE : RequestJson.KNOWN;
        ctx.header(
                "X-Dropped-Count",
                Long.toString(use.requestLog() == null ? 0 : use.requestLog().dropped()));
        Answer.json(ctx, 200, json -> {
            json.writeStartArray();
            for (RequestEntry entry : page) {
                json.writeStartObject();
                shown.members(json, entry, true);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private RequestFilter filter(@Nullable String method, @Nullable String path, @Nullable Integer status) {
        if (path == null) {
            return new RequestFilter(method, null, null, status);
        }
        String endpoint = endpoints.get().of(path);
        if (endpoint == null) {
            // Nothing was ever asked for there, but for what isn't there.
            return new RequestFilter(method, path, path, status);
        }
        return new RequestFilter(method, endpoint, endpoint.equals(path) ? null : path, status);
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidException("before", "must be the id of an entry");
        }
    }
}
