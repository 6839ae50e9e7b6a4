package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.identity.ApiToken;
import dev.quark.core.identity.ApiTokenStore.Owned;
import dev.quark.core.identity.ApiTokens;
import dev.quark.core.identity.Role;
import dev.quark.core.problem.InvalidException;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;

/** API tokens. */
final class TokenRoutes {

    private static final int LIMIT = 16 * 1024;

    private final ApiTokens tokens;
    private final Authentication authentication;
    private final BodyBudget budget;

    TokenRoutes(ApiTokens tokens, Authentication authentication, BodyBudget budget) {
        this.tokens = tokens;
        this.authentication = authentication;
        this.budget = budget;
    }

    void add(Routes routes) {
        routes.get("/auth/tokens", Access.VIEWER, this::list);
        routes.post("/auth/tokens", Access.VIEWER, this::make);
        routes.delete("/auth/tokens/{id}", Access.VIEWER, ctx -> {
            tokens.remove(Ids.of(ctx), Authentication.caller(ctx), authentication.actor(ctx));
            Answer.noContent(ctx);
        });
    }

    private void list(Context ctx) {
        Query query = new Query(ctx);
        boolean all = query.flag("all");
        query.done();
        List<Owned> list = tokens.list(all, Authentication.caller(ctx));
        Answer.json(ctx, 200, json -> {
            json.writeStartArray();
            for (Owned owned : list) {
                json.writeStartObject();
                members(json, owned.token(), owned.owner().username());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private void make(Context ctx) {
        Fields fields = Fields.of(ctx, budget, LIMIT);
        String name = fields.required("name", text -> text);
        Role scope = fields.required("scope", Role::parse);
        Instant expiresAt = fields.isNull("expires_at") ? null : fields.text("expires_at", TokenRoutes::time);
        fields.done();
        ApiTokens.Made made = tokens.make(
                new ApiTokens.Request(Objects.requireNonNull(name), Objects.requireNonNull(scope), expiresAt),
                Authentication.caller(ctx),
                authentication.actor(ctx));
        ctx.header("Location", "/auth/tokens/" + made.token().id());
        Answer.json(ctx, 201, json -> {
            json.writeStartObject();
            members(json, made.token(), Authentication.user(ctx).username());
            json.writeStringField("token", made.secret().reveal());
            json.writeEndObject();
        });
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new InvalidException("expires_at", "must be a time such as 2027-01-31T00:00:00Z");
        }
    }

    private static void members(JsonGenerator json, ApiToken token, String owner) throws IOException {
        Json.text(json, "id", token.id());
        Json.text(json, "name", token.name());
        Json.text(json, "scope", token.scope().label());
        Json.text(json, "owner", owner);
        Json.time(json, "created_at", token.createdAt());
        Json.time(json, "expires_at", token.expiresAt());
        Json.time(json, "last_used_at", token.lastUsedAt());
    }
}
