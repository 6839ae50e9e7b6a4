package dev.quark.http;

import dev.quark.core.identity.Caller;
import dev.quark.core.identity.Credential;
import dev.quark.core.identity.Sessions;
import dev.quark.core.identity.Sessions.SignedIn;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.ForbiddenException;
import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.secret.Secret;
import io.javalin.http.Context;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Signing in and out, and who is signed in. */
final class SessionRoutes {

    private static final int LIMIT = 16 * 1024;

    private final Identity identity;
    private final Authentication authentication;
    private final SessionCookie cookie;
    private final BodyBudget budget;
    private final FailureLimit byAddress;
    private final FailureLimit byAccount;

    SessionRoutes(
            Identity identity, Authentication authentication, SessionCookie cookie, BodyBudget budget, Limits limits) {
        this.identity = identity;
        this.authentication = authentication;
        this.cookie = cookie;
        this.budget = budget;
        this.byAddress = new FailureLimit(limits.signIns(), "Too many attempts to sign in came from this address.");
        this.byAccount = new FailureLimit(limits.account(), "There were too many attempts to sign in to this account.");
    }

    void add(Routes routes) {
        routes.post("/auth/login", Access.ANYBODY, this::login);
        routes.get("/auth/me", Access.VIEWER, this::me);
        routes.post("/auth/logout", Access.VIEWER, this::logout);
    }

    private void login(Context ctx) {
        Fields fields = Fields.of(ctx, budget, LIMIT);
        String username = fields.text("username");
        String email = fields.text("email");
        Secret password = fields.required("password", Secret::of);
        boolean asCookie = Boolean.TRUE.equals(fields.flag("cookie"));
        if (!fields.has("username") && !fields.has("email")) {
            fields.wrong("username", "is required, or an email instead");
        }
        fields.done();
        if (asCookie && !cookie.isOwnOrigin(Inquiry.of(ctx))) {
            throw new ForbiddenException("The cookie is for this server's own page; others sign in without it.");
        }
        String login = Objects.requireNonNull(username == null ? email : username);
        SignedIn signedIn = limited(ctx, login, Objects.requireNonNull(password));
        if (asCookie) {
            cookie.set(ctx, signedIn.token());
        }
        answer(ctx, signedIn, asCookie);
    }

    /** An attempt counts from its beginning, so that many at the same time don't pass the limit together. */
    private SignedIn limited(Context ctx, String login, Secret password) {
        String causer = FailureLimit.causer(authentication.address(ctx));
        String account = login.toLowerCase(Locale.ROOT);
        byAddress.attempt(causer);
        boolean failed = false;
        try {
            byAccount.require(account);
            return identity.signIn().byPassword(login, password, authentication.address(ctx));
        } catch (UnauthenticatedException e) {
            failed = true;
            byAccount.failed(account);
            throw e;
        } finally {
            if (!failed) {
                byAddress.succeeded(causer);
            }
        }
    }

    private static void answer(Context ctx, SignedIn signedIn, boolean asCookie) {
        Answer.json(ctx, 200, json -> {
            json.writeStartObject();
            if (asCookie) {
                json.writeStringField(
                        "csrf_token", SessionCookie.csrfToken(signedIn.token()).reveal());
            } else {
                json.writeStringField("access_token", signedIn.token().reveal());
                json.writeStringField("token_type", "bearer");
            }
            json.writeNumberField("expires_in", Sessions.VALIDITY.toSeconds());
            json.writeFieldName("user");
            UserJson.write(json, signedIn.user());
            json.writeEndObject();
        });
    }

    private void me(Context ctx) {
        Secret token = byCookie(ctx);
        Answer.json(ctx, 200, json -> {
            json.writeStartObject();
            UserJson.members(json, Authentication.user(ctx));
            if (token != null) {
                json.writeStringField(
                        "csrf_token", SessionCookie.csrfToken(token).reveal());
            }
            json.writeEndObject();
        });
    }

    private void logout(Context ctx) {
        Caller caller = Authentication.caller(ctx);
        switch (caller.by()) {
            case Credential.OfSession(var id) -> identity.sessions().end(id, authentication.actor(ctx));
            case Credential.OfApiToken(var id) -> identity.apiTokens().remove(id, caller, authentication.actor(ctx));
            case Credential.OfGitHub() ->
                throw new ConflictException("This is a token of GitHub's: revoke it there. QUARK keeps nothing of it.");
        }
        if (byCookie(ctx) != null) {
            cookie.clear(ctx);
        }
        Answer.json(ctx, 200, json -> {
            json.writeStartObject();
            json.writeStringField("message", "You are signed out: the token is worth nothing from now on.");
            json.writeEndObject();
        });
    }

    /** The token of a request that the cookie signs in. */
    private @Nullable Secret byCookie(Context ctx) {
        return ctx.req().getHeader("Authorization") == null ? cookie.read(Inquiry.of(ctx)) : null;
    }
}
