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

    Authentication(Authenticate authenticate, ClientAddress addresses) {
        this.authenticate = authenticate;
        this.addresses = addresses;
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
        Caller caller = authenticate.byToken(bearer(ctx.req().getHeader("Authorization")));
        require(caller.user(), needed);
        ctx.req().setAttribute(CALLER, caller);
    }

    /** The token in an {@code Authorization} header. */
    static Secret bearer(@Nullable String header) {
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
        return addresses.of(ctx.req().getRemoteAddr(), ctx.req().getHeader("X-Forwarded-For"));
    }
}
