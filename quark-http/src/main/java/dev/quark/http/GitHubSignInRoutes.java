package dev.quark.http;

import dev.quark.core.codehost.WebSignIn;
import dev.quark.core.identity.Sessions.SignedIn;
import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.secret.Secret;
import io.javalin.http.Context;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Signing in with GitHub. Where a browser is sent is never taken from a request: to GitHub, to an own page, or to the
 * one that is set.
 */
final class GitHubSignInRoutes {

    private static final String COOKIE = "quark_sign_in";

    private final @Nullable WebSignIn signIn;
    private final String own;
    private final @Nullable String frontend;
    private final Authentication authentication;
    private final SessionCookie session;

    /** @param frontend the origin of a dashboard that is served elsewhere; null for none */
    GitHubSignInRoutes(
            CodeHosting hosting, @Nullable String frontend, Authentication authentication, SessionCookie session) {
        this.signIn = hosting.signIn();
        this.own = origin(hosting.redirectUri());
        this.frontend = frontend;
        this.authentication = authentication;
        this.session = session;
    }

    void add(Routes routes) {
        routes.get("/auth/login", Access.ANYBODY, this::begin);
        routes.get("/auth/github/login", Access.ANYBODY, this::begin);
        routes.get("/auth/callback", Access.ANYBODY, this::finish);
        routes.get("/auth/github/callback", Access.ANYBODY, this::finish);
    }

    private void begin(Context ctx) {
        WebSignIn web = signIn();
        ctx.header("Cache-Control", "no-store");
        if (isElsewhere(ctx)) {
            // A page of another origin can't be given a cookie: the browser is to come here itself.
            url(ctx, own + "/auth/github/login");
            return;
        }
        WebSignIn.Begun begun = web.begin();
        cookie(ctx, begun.pass().reveal(), WebSignIn.VALIDITY.toSeconds());
        if (wantsHtml(ctx)) {
            ctx.redirect(begun.url());
        } else {
            url(ctx, begun.url());
        }
    }

    private static void url(Context ctx, String url) {
        Answer.json(ctx, 200, json -> {
            json.writeStartObject();
            json.writeStringField("login_url", url);
            json.writeEndObject();
        });
    }

    private void finish(Context ctx) {
        WebSignIn web = signIn();
        Query query = new Query(ctx);
        String error = ctx.req().getParameter("error");
        String code = parameter(query, ctx, "code", error != null);
        String state = parameter(query, ctx, "state", error != null);
        query.done();
        ctx.header("Cache-Control", "no-store");
        String pass = ctx.cookie(COOKIE);
        cookie(ctx, "", 0);
        if (error != null) {
            throw new UnauthenticatedException(
                    "GitHub signed nobody in: it was declined there, or the app's settings are not right. Begin again"
                            + " at /auth/github/login.");
        }
        SignedIn signedIn = web.finish(code, state, pass == null ? null : Secret.of(pass), authentication.address(ctx));
        if (frontend == null) {
            session.set(ctx, signedIn.token());
            ctx.redirect(own + "/docs");
        } else {
            // Behind the hash it is sent to no server, and so stands in no log.
            ctx.redirect(frontend + "/login#token=" + signedIn.token().reveal() + "&provider=github");
        }
    }

    private static String parameter(Query query, Context ctx, String name, boolean optional) {
        String value = ctx.req().getParameter(name);
        if (value != null && !value.isEmpty() && value.length() <= 500) {
            return value;
        }
        if (!optional) {
            query.faults().add(name, "is missing or too long: GitHub sends it; begin at /auth/github/login");
        }
        return "";
    }

    private WebSignIn signIn() {
        if (signIn == null) {
            throw new HttpProblem(
                    503,
                    "Sign-in with GitHub is off: whoever runs this server has to set CLIENT_ID and CLIENT_SECRET.");
        }
        return signIn;
    }

    private boolean isElsewhere(Context ctx) {
        String origin = ctx.req().getHeader("Origin");
        return origin != null && !origin.equals(own);
    }

    private static boolean wantsHtml(Context ctx) {
        String accept = ctx.req().getHeader("Accept");
        return accept != null && accept.toLowerCase(Locale.ROOT).contains("text/html");
    }

    /** Lax, because GitHub sends the browser back here. */
    private void cookie(Context ctx, String value, long seconds) {
        ctx.res()
                .addHeader(
                        "Set-Cookie",
                        COOKIE + "=" + value + "; Path=/auth; Max-Age=" + seconds + "; HttpOnly; SameSite=Lax"
                                + (own.startsWith("https:") ? "; Secure" : ""));
    }

    private static String origin(String url) {
        URI uri = URI.create(url);
        return uri.getScheme().toLowerCase(Locale.ROOT) + "://"
                + Objects.requireNonNull(uri.getRawAuthority()).toLowerCase(Locale.ROOT);
    }
}
