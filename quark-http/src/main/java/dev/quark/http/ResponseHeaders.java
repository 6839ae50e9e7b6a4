package dev.quark.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;

/**
 * Puts the headers on every response that say how long it took and what a browser may do with it: in the moment it leaves,
 * so that it doesn't matter who made it.
 */
final class ResponseHeaders extends Handler.Wrapper {

    private static final HttpField NO_SNIFFING = new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
    private static final HttpField NO_REFERRER = new PreEncodedHttpField("Referrer-Policy", "no-referrer");
    private static final HttpField NOTHING_ELSE =
            new PreEncodedHttpField("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    private static final HttpField NO_STORE = new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return super.handle(
                request,
                new Response.Wrapper(request, response) {
                    @Override
                    public void write(boolean last, ByteBuffer content, Callback written) {
                        if (!isCommitted()) {
                            add(request, getHeaders());
                        }
                        super.write(last, content, written);
                    }
                },
                callback);
    }

    static void add(Request request, HttpFields.Mutable headers) {
        headers.put(NO_SNIFFING);
        headers.put(NO_REFERRER);
        if (!headers.contains("Content-Security-Policy")) {
            headers.put(NOTHING_ELSE);
        }
        if (!headers.contains(HttpHeader.CACHE_CONTROL)) {
            headers.put(NO_STORE);
        }
        headers.put("X-Process-Time", milliseconds(NanoTime.since(request.getBeginNanoTime())));
    }

    /** With three digits behind the point. */
    static String milliseconds(long nanos) {
        long micros = Math.max(0, nanos / 1000);
        String rest = Long.toString(1000 + micros % 1000);
        return micros / 1000 + "." + rest.substring(1);
    }
}
