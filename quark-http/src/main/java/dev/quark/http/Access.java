package dev.quark.http;

import dev.quark.core.identity.Role;
import io.javalin.security.RouteRole;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who may use a route; each route declares one. */
enum Access implements RouteRole {
    /** Everybody, signed in or not. */
    ANYBODY(null),
    /** Whoever may read. */
    VIEWER(Role.VIEWER),
    /** Whoever may deploy. */
    DEPLOYER(Role.DEPLOYER),
    /** Administrators. */
    ADMIN(Role.ADMIN);

    private final @Nullable Role needed;

    Access(@Nullable Role needed) {
        this.needed = needed;
    }

    /** The role that the caller needs; null where they need none. */
    @Nullable
    Role needed() {
        return needed;
    }

    /** The name that the API document uses. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
