package dev.quark.http;

import dev.quark.core.identity.Actor;
import dev.quark.core.identity.Authenticate;
import dev.quark.core.identity.Caller;
import dev.quark.core.identity.Role;
import dev.quark.core.identity.User;
import dev.quark.core.problem.ForbiddenException;
import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.secret.Secret;
import io.javalin.http.Context;
import io.javalin.security.RouteRole;
import io.javalin.websocket.WsContext;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lets only those use a route who may; a route that declares nobody is closed to everybody. */
final class Authentication {

    private static final String CALLER = "quark.caller";
    private static final String BEARER = "bearer ";

    private final Authenticate authenticate;
    private final ClientAddress addresses;
    private final SessionCookie cookie;
    private final FailureLimit wrongTokens;

    Authentication(Authenticate authenticate, ClientAddress addresses, SessionCookie cookie, Limits limits) {
        this.authenticate = authenticate;
        this.addresses = addresses;
        this.cookie = cookie;
        this.wrongTokens = new FailureLimit(limits.tokens(), "Too many wrong tokens came from this address.");
    }

    /** Before each request that has a route. */
    void check(Context ctx) {
        Set<RouteRole> roles = ctx.routeRoles();
        if (roles.size() != 1 || !(roles.iterator().next() instanceof Access access)) {
            throw new ForbiddenException("Nobody may use this address.");
        }
        Role needed = access.needed();
        if (needed == null) {
            return;
        }
        Caller caller = holder(token(Inquiry.of(ctx)), Inquiry.of(ctx));
        RequestTrace.user(ctx, caller.user().username());
        require(caller.user(), needed);
        ctx.req().setAttribute(CALLER, caller);
    }

    /**
     * Who opens a WebSocket: by the address's {@code token} parameter, the header, or the cookie. Null where nobody says who
     * they are and anybody may.
     */
    @Nullable
    User ofWebSocket(WsContext ctx, Access access) {
        Inquiry request = Inquiry.of(ctx);
        Role needed = access.needed();
        String token = ctx.queryParam("token");
        Secret secret;
        if (token != null) {
            secret = Secret.of(token);
        } else if (request.header("Authorization") != null) {
            secret = token(request);
        } else if (cookie.isOwnWebSocket(request) && cookie.read(request) != null) {
            secret = token(request);
        } else if (needed == null) {
            return null;
        } else {
            throw new UnauthenticatedException("No token, and no page of this server.");
        }
        User user = holder(secret, request).user();
        require(user, needed == null ? Role.VIEWER : needed);
        return user;
    }

    private Caller holder(Secret token, Inquiry request) {
        String address = address(request);
        String causer = FailureLimit.causer(address);
        try {
            return authenticate.byToken(token, address, () -> wrongTokens.require(causer));
        } catch (UnauthenticatedException e) {
            wrongTokens.failed(causer);
            throw e;
        }
    }

    /** The token in the {@code Authorization} header, else in the cookie. */
    private Secret token(Inquiry request) {
        String header = request.header("Authorization");
        if (header == null) {
            Secret token = cookie.read(request);
            if (token != null) {
                SessionCookie.requireProof(request, token);
                return token;
            }
        }
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            throw new UnauthenticatedException(
                    "Sign in first (POST /auth/login), and send the token as Authorization: Bearer TOKEN.");
        }
        return Secret.of(header.substring(BEARER.length()).trim());
    }

    static void require(User user, Role needed) {
        if (!user.role().covers(needed)) {
            throw new ForbiddenException("This takes the role " + needed.label() + "; yours is "
                    + user.role().label() + ".");
        }
    }

    /** Who is signed in; for handlers of routes that need a role. */
    static Caller caller(Context ctx) {
        return (Caller) Objects.requireNonNull(ctx.req().getAttribute(CALLER), "the route lets anybody in");
    }

    /** The same, without how they proved it. */
    static User user(Context ctx) {
        return caller(ctx).user();
    }

    /** Who is signed in, as the audit names them. */
    Actor actor(Context ctx) {
        return Actor.of(user(ctx), address(ctx));
    }

    /** Where the request comes from. */
    String address(Context ctx) {
        return address(Inquiry.of(ctx));
    }

    private String address(Inquiry request) {
        return addresses.of(request.remote(), request.header("X-Forwarded-For"));
    }
}
