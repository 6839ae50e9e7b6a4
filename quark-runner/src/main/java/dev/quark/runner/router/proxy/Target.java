package dev.quark.runner.router.proxy;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a request is for.
 *
 * @param authority the host as the client wrote it, maybe with a port
 * @param host the host in lower case, without port
 * @param uri path and query as the client wrote them
 * @param path the path alone
 */
record Target(String authority, String host, String uri, String path) {

    /** Null where it can't be told, or where two readers could tell differently. */
    static @Nullable Target of(HttpServerRequest request) {
        String uri = request.uri();
        List<String> hosts = request.headers().getAll("host");
        String authority = hosts.size() == 1 ? hosts.getFirst() : "";
        if (hosts.size() > 1 || (hosts.isEmpty() && request.version() != HttpVersion.HTTP_1_0)) {
            return null;
        }
        if (uri.regionMatches(true, 0, "http://", 0, 7)) {
            int slash = uri.indexOf('/', 7);
            int question = uri.indexOf('?', 7);
            int end = slash < 0 || (question >= 0 && question < slash) ? question : slash;
            authority = end < 0 ? uri.substring(7) : uri.substring(7, end);
            uri = end < 0 ? "/" : uri.charAt(end) == '/' ? uri.substring(end) : "/" + uri.substring(end);
        }
        if ((!uri.startsWith("/") && !uri.equals("*")) || !isAuthority(authority)) {
            return null;
        }
        int query = uri.indexOf('?');
        return new Target(authority, host(authority), uri, query < 0 ? uri : uri.substring(0, query));
    }

    private static boolean isAuthority(String authority) {
        for (int i = 0; i < authority.length(); i++) {
            char c = authority.charAt(i);
            boolean fine = c > ' ' && c < 0x7f && "/?#@\\,\"<>".indexOf(c) < 0;
            if (!fine) {
                return false;
            }
        }
        return true;
    }

    private static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        String host = colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
        host = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return host.toLowerCase(Locale.ROOT);
    }
}
