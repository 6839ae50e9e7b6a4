package dev.quark.http;

import dev.quark.core.codehost.Hook;
import dev.quark.core.codehost.ManageHooks;
import dev.quark.core.problem.NotFoundException;
import io.javalin.http.Context;

/** The hooks by which GitHub tells QUARK of pushes. */
final class HookRoutes {

    private final ManageHooks hooks;
    private final Authentication authentication;

    HookRoutes(ManageHooks hooks, Authentication authentication) {
        this.hooks = hooks;
        this.authentication = authentication;
    }

    void add(Routes routes) {
        routes.post("/api/repos/{owner}/{repo}/setup-webhook", Access.ADMIN, this::setUp);
        routes.get("/api/webhooks", Access.VIEWER, this::list);
        routes.delete("/api/webhooks/{id}", Access.ADMIN, this::remove);
    }

    private void setUp(Context ctx) {
        ManageHooks.SetUp setUp = hooks.setUp(
                RepositoryRoutes.repository(ctx), RepositoryRoutes.requester(ctx), authentication.actor(ctx));
        Answer.json(ctx, 200, json -> {
            json.writeStartObject();
            json.writeStringField("status", "success");
            json.writeStringField("message", sentence(setUp));
            json.writeNumberField("hook_id", setUp.hook().id());
            json.writeStringField("action", setUp.done().label());
            json.writeStringField("url", setUp.hook().url());
            json.writeEndObject();
        });
    }

    private static String sentence(ManageHooks.SetUp setUp) {
        return switch (setUp.done()) {
            case CREATED -> "The webhook was created.";
            case REPAIRED -> "The webhook was there and was repaired: its URL, events, content type or state differed.";
            case UNCHANGED -> "The webhook was there already; its secret was set again.";
        };
    }

    private void list(Context ctx) {
        new Query(ctx).done();
        Answer.json(ctx, 200, json -> {
            json.writeStartArray();
            for (Hook hook : hooks.list()) {
                json.writeStartObject();
                json.writeNumberField("id", hook.id());
                json.writeStringField("repo_full_name", hook.repository().value());
                json.writeStringField("url", hook.url());
                json.writeStringField("set_up_by", hook.setUpBy());
                Json.time(json, "set_up_at", hook.setUpAt());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private void remove(Context ctx) {
        String id = ctx.pathParam("id");
        if (!id.matches("[0-9]{1,18}")) {
            throw new NotFoundException("QUARK has set up no hook with this id.");
        }
        hooks.remove(Long.parseLong(id), RepositoryRoutes.requester(ctx), authentication.actor(ctx));
        Answer.noContent(ctx);
    }
}
