package dev.quark.runner.router.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** What of a message's headers is passed on, and what is said in addition. */
final class Headers {

    /** RFC 9110, 7.6.1, and what older programs send; they are between two neighbours. */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private static final String FOR = "x-forwarded-for";
    private static final String PROTO = "x-forwarded-proto";
    private static final String HOST = "x-forwarded-host";

    private final TrustedProxies trusted;

    Headers(TrustedProxies trusted) {
        this.trusted = trusted;
    }

    /** Copies a message's headers, but for those that are between neighbours and those that are to be left out. */
    static void copy(MultiMap from, MultiMap to, Predicate<String> leaveOut) {
        Set<String> named = named(from);
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(name) && !named.contains(name) && !leaveOut.test(name)) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }

    /** The headers that a message says are between neighbours. */
    private static Set<String> named(MultiMap headers) {
        String first = headers.get(HttpHeaders.CONNECTION);
        if (first == null || first.equalsIgnoreCase("keep-alive") || first.equalsIgnoreCase("close")) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        for (String line : headers.getAll(HttpHeaders.CONNECTION)) {
            for (String name : line.split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        // Its length is no option of a connection: without it the body would become the next request.
        names.remove("content-length");
        names.remove("host");
        return names;
    }

    /**
     * The headers that an app gets.
     *
     * @param host the host that the client named, with its port
     * @param prefix what was stripped from the path; empty where nothing was
     */
    void forward(HttpServerRequest request, String host, String prefix, MultiMap to) {
        String peer = request.remoteAddress().hostAddress();
        boolean believed = trusted.trusts(peer);
        MultiMap from = request.headers();
        copy(from, to, name -> name.equals("host") || isForwarded(name));
        to.set("Host", host);
        String before = believed ? String.join(", ", from.getAll(FOR)) : "";
        to.set("X-Forwarded-For", before.isEmpty() ? peer : before + ", " + peer);
        to.set("X-Forwarded-Proto", believed && from.contains(PROTO) ? from.get(PROTO) : "http");
        to.set("X-Forwarded-Host", believed && from.contains(HOST) ? from.get(HOST) : host);
        if (!prefix.isEmpty()) {
            to.set("X-Forwarded-Prefix", prefix);
        }
    }

    /** Also with underscores, which many frameworks take for the same. */
    private static boolean isForwarded(String name) {
        String dashed = name.indexOf('_') < 0 ? name : name.replace('_', '-');
        return dashed.startsWith("x-forwarded-") || dashed.equals("forwarded") || dashed.equals("x-real-ip");
    }
}
