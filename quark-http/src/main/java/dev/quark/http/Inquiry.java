package dev.quark.http;

import io.javalin.http.Context;
import io.javalin.websocket.WsContext;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What says who makes a request, of HTTP or for a WebSocket.
 *
 * @param method the HTTP method
 * @param remote the address of the connection's other end
 * @param secure whether the connection is encrypted
 * @param headers gives a header's value by its name; null where there is none
 */
record Inquiry(String method, String remote, boolean secure, Headers headers) {

    static Inquiry of(Context ctx) {
        HttpServletRequest request = ctx.req();
        return new Inquiry(request.getMethod(), request.getRemoteAddr(), request.isSecure(), request::getHeader);
    }

    static Inquiry of(WsContext ctx) {
        boolean remoteIsKnown = ctx.session.getRemoteSocketAddress() instanceof InetSocketAddress;
        String remote = remoteIsKnown
                ? ((InetSocketAddress) ctx.session.getRemoteSocketAddress())
                        .getAddress()
                        .getHostAddress()
                : "";
        return new Inquiry("GET", remote, ctx.session.isSecure(), ctx::header);
    }

    @Nullable
    String header(String name) {
        return headers.value(name);
    }

    /** The headers by their names. */
    @FunctionalInterface
    interface Headers {

        @Nullable
        String value(String name);
    }

    /** A cookie's value; null where there is none. */
    @Nullable
    String cookie(String name) {
        String all = header("Cookie");
        if (all == null) {
            return null;
        }
        for (String cookie : all.split(";", -1)) {
            String pair = cookie.trim();
            if (pair.startsWith(name + "=") && pair.length() > name.length() + 1) {
                return pair.substring(name.length() + 1);
            }
        }
        return null;
    }
}
