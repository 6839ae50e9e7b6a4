package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.identity.AccessTokens;
import dev.quark.core.identity.SignIn;
import dev.quark.core.identity.SignIn.SignedIn;
import dev.quark.core.identity.User;
import dev.quark.core.secret.Secret;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Objects;

/** Signing in, and who is signed in. */
final class SessionRoutes {

    private static final int LIMIT = 16 * 1024;

    private final SignIn signIn;
    private final Authentication authentication;
    private final BodyBudget budget;

    SessionRoutes(SignIn signIn, Authentication authentication, BodyBudget budget) {
        this.signIn = signIn;
        this.authentication = authentication;
        this.budget = budget;
    }

    void add(Routes routes) {
        routes.post("/auth/login", Access.ANYBODY, this::login);
        routes.get(
                "/auth/me", Access.VIEWER, ctx -> Answer.json(ctx, 200, json -> write(json, Authentication.user(ctx))));
    }

    private void login(Context ctx) {
        Fields fields = Fields.of(ctx, budget, LIMIT);
        String username = fields.text("username");
        String email = fields.text("email");
        Secret password = fields.required("password", Secret::of);
        if (!fields.has("username") && !fields.has("email")) {
            fields.wrong("username", "is required, or an email instead");
        }
        fields.done();
        String login = username == null ? email : username;
        SignedIn signedIn = signIn.byPassword(
                Objects.requireNonNull(login), Objects.requireNonNull(password), authentication.address(ctx));
        Answer.json(ctx, 200, json -> {
            json.writeStartObject();
            json.writeStringField("access_token", signedIn.token().reveal());
            json.writeStringField("token_type", "bearer");
            json.writeNumberField("expires_in", AccessTokens.VALIDITY.toSeconds());
            json.writeFieldName("user");
            write(json, signedIn.user());
            json.writeEndObject();
        });
    }

    private static void write(JsonGenerator json, User user) throws IOException {
        json.writeStartObject();
        Json.text(json, "id", user.id());
        Json.text(json, "username", user.username());
        Json.text(json, "email", user.email());
        Json.text(json, "role", user.role().label());
        json.writeEndObject();
    }
}
