package dev.quark.http;

import dev.quark.core.codehost.WebSignIn;
import dev.quark.core.identity.Sessions.SignedIn;
import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.secret.Secret;
import io.javalin.http.Context;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Signing in with GitHub. Where a browser is sent is never taken from a request: to GitHub, to an own page, or to the
 * one that is set.
 */
final class GitHubSignInRoutes {

    private static final String COOKIE = "quark_sign_in";

    /** Says that the browser was sent here already: behind a proxy, the address that it used may not be seen. */
    private static final String SENT_HERE = "begin";

    private final @Nullable WebSignIn signIn;
    private final String own;
    private final @Nullable String frontend;
    private final Authentication authentication;
    private final SessionCookie session;
    private final FailureLimit failures;

    /** @param frontend the origin of a dashboard that is served elsewhere; null for none */
    GitHubSignInRoutes(
            CodeHosting hosting,
            @Nullable String frontend,
            Authentication authentication,
            SessionCookie session,
            Limits limits) {
        this.signIn = hosting.signIn();
        this.own = origin(hosting.redirectUri());
        this.frontend = frontend;
        this.authentication = authentication;
        this.session = session;
        this.failures = new FailureLimit(limits.signIns(), "Too many attempts to sign in came from this address.");
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
            // Here the cookie would not reach the address that GitHub sends the browser back to.
            sendTo(ctx, own + "/auth/github/login?" + SENT_HERE + "=here");
            return;
        }
        WebSignIn.Begun begun = web.begin();
        cookie(ctx, begun.pass().reveal(), WebSignIn.VALIDITY.toSeconds());
        sendTo(ctx, begun.url());
    }

    private static void sendTo(Context ctx, String url) {
        if (wantsHtml(ctx)) {
            ctx.redirect(url);
            return;
        }
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
        SignedIn signedIn =
                limited(ctx, address -> web.finish(code, state, pass == null ? null : Secret.of(pass), address));
        if (frontend == null) {
            session.set(ctx, signedIn.token());
            ctx.redirect(own + "/docs");
        } else {
            // Behind the hash it is sent to no server, and so stands in no log.
            ctx.redirect(frontend + "/login#token=" + signedIn.token().reveal() + "&provider=github");
        }
    }

    /** What fails is counted from its beginning, so that many at the same time don't pass the limit together. */
    private SignedIn limited(Context ctx, Function<String, SignedIn> attempt) {
        String address = authentication.address(ctx);
        String causer = FailureLimit.causer(address);
        failures.attempt(causer);
        SignedIn signedIn = attempt.apply(address);
        failures.succeeded(causer);
        return signedIn;
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

    /** Whether it is a page of another origin that asks, or a browser that knows the server by another name. */
    private boolean isElsewhere(Context ctx) {
        String origin = ctx.req().getHeader("Origin");
        return origin == null
                ? ctx.req().getParameter(SENT_HERE) == null && !session.isOwn(own, Inquiry.of(ctx))
                : !origin.equals(own);
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
