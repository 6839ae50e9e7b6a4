package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.identity.Credential;
import dev.quark.core.identity.Sessions;
import dev.quark.core.identity.Sessions.SignedIn;
import dev.quark.core.identity.User;
import dev.quark.core.secret.Secret;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Objects;

/** Signing in, and who is signed in. */
final class SessionRoutes {

    private static final int LIMIT = 16 * 1024;

    private final Identity identity;
    private final Authentication authentication;
    private final BodyBudget budget;

    SessionRoutes(Identity identity, Authentication authentication, BodyBudget budget) {
        this.identity = identity;
        this.authentication = authentication;
        this.budget = budget;
    }

    void add(Routes routes) {
        routes.post("/auth/login", Access.ANYBODY, this::login);
        routes.get(
                "/auth/me", Access.VIEWER, ctx -> Answer.json(ctx, 200, json -> write(json, Authentication.user(ctx))));
        routes.post("/auth/logout", Access.VIEWER, this::logout);
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
        SignedIn signedIn = identity.signIn()
                .byPassword(
                        Objects.requireNonNull(login), Objects.requireNonNull(password), authentication.address(ctx));
        Answer.json(ctx, 200, json -> {
            json.writeStartObject();
            json.writeStringField("access_token", signedIn.token().reveal());
            json.writeStringField("token_type", "bearer");
            json.writeNumberField("expires_in", Sessions.VALIDITY.toSeconds());
            json.writeFieldName("user");
            write(json, signedIn.user());
            json.writeEndObject();
        });
    }

    private void logout(Context ctx) {
        if (Authentication.caller(ctx).by() instanceof Credential.OfSession session) {
            identity.sessions().end(session.id(), authentication.actor(ctx));
        }
        Answer.json(ctx, 200, json -> {
            json.writeStartObject();
            json.writeStringField("message", "You are signed out: the token is worth nothing from now on.");
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
