package dev.quark.http;

import dev.quark.core.identity.Sessions;
import dev.quark.core.problem.ForbiddenException;
import dev.quark.core.secret.Secret;
import io.javalin.http.Context;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The cookie that keeps a browser signed in: scripts can't read it, and no page of another site can make a browser send it.
 * It counts on requests from QUARK's own origin only; and one that changes something must also carry a token that only a
 * page of that origin can have read.
 */
final class SessionCookie {

    /** The header that a request with the cookie proves with that it is made by QUARK's own page. */
    static final String CSRF_HEADER = "X-CSRF-Token";

    private static final String PLAIN = "quark_session";
    private static final String SECURE = "__Host-quark_session";
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    private final ClientAddress addresses;

    SessionCookie(ClientAddress addresses) {
        this.addresses = addresses;
    }

    /** Gives the browser a session's token. */
    void set(Context ctx, Secret token) {
        write(ctx, token.reveal(), Sessions.VALIDITY.toSeconds());
    }

    /** Takes it away. */
    void clear(Context ctx) {
        write(ctx, "", 0);
    }

    private void write(Context ctx, String value, long maxAge) {
        boolean https = isHttps(Inquiry.of(ctx));
        ctx.res()
                .addHeader(
                        "Set-Cookie",
                        (https ? SECURE : PLAIN) + "=" + value + "; Path=/; Max-Age=" + maxAge
                                + "; HttpOnly; SameSite=Strict" + (https ? "; Secure" : ""));
    }

    /** The token in the cookie; null where there is none, or where another origin's page made the request. */
    @Nullable
    Secret read(Inquiry request) {
        // Over https, the plain name could have been set by anybody on the way.
        String value = request.cookie(isHttps(request) ? SECURE : PLAIN);
        return value == null || !isOwnOrigin(request) ? null : Secret.of(value);
    }

    /** Refuses a request that would change something and doesn't prove that QUARK's own page makes it. */
    static void requireProof(Inquiry request, Secret token) {
        if (SAFE.contains(request.method())) {
            return;
        }
        String given = request.header(CSRF_HEADER);
        if (given == null || !csrfToken(token).equals(Secret.of(given))) {
            throw new ForbiddenException("A request that is signed in by the cookie must carry the csrf_token that GET"
                    + " /auth/me gives, as the header " + CSRF_HEADER + ".");
        }
    }

    /** What proves that a page could read the answers of its session. */
    static Secret csrfToken(Secret token) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(("csrf " + token.reveal()).getBytes(StandardCharsets.UTF_8));
            return Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /**
     * Whether the request was not made by another origin's page: browsers say so in {@code Sec-Fetch-Site}, or, over plain
     * http, in {@code Origin}. What says neither is no page.
     */
    boolean isOwnOrigin(Inquiry request) {
        String site = request.header("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin") || site.equals("none");
        }
        String origin = request.header("Origin");
        return origin == null || isOwn(origin, request);
    }

    /** As {@link #isOwnOrigin}; for WebSockets, on which every browser says where it comes from. */
    boolean isOwnWebSocket(Inquiry request) {
        String origin = request.header("Origin");
        return origin != null && isOwn(origin, request) && isOwnOrigin(request);
    }

    /** Whether the browser speaks https, to QUARK or to a trusted proxy before it. */
    boolean isHttps(Inquiry request) {
        return request.secure() || "https".equalsIgnoreCase(forwarded(request, "X-Forwarded-Proto"));
    }

    /** Whether an origin is the one at which the browser sees this server. */
    boolean isOwn(String origin, Inquiry request) {
        String host = forwarded(request, "X-Forwarded-Host");
        String own = host == null ? request.header("Host") : host;
        try {
            URI uri = URI.create(origin);
            String scheme = isHttps(request) ? "https" : "http";
            return own != null
                    && uri.getRawAuthority() != null
                    && scheme.equals(uri.getScheme())
                    && withPort(uri.getRawAuthority(), scheme).equals(withPort(own, scheme));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String withPort(String authority, String scheme) {
        String host = authority.toLowerCase(Locale.ROOT);
        boolean hasPort = host.lastIndexOf(':') > host.lastIndexOf(']');
        return hasPort ? host : host + (scheme.equals("https") ? ":443" : ":80");
    }

    /** What the nearest proxy says, where it is trusted. */
    private @Nullable String forwarded(Inquiry request, String name) {
        String value = request.header(name);
        if (value == null || !addresses.isTrusted(request.remote())) {
            return null;
        }
        return value.substring(value.lastIndexOf(',') + 1).trim();
    }
}
