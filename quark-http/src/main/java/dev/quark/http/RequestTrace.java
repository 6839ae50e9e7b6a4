package dev.quark.http;

import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import jakarta.servlet.ServletRequest;
import java.util.Arrays;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** What is noted of a request while it is served, for the log; on the request's thread, so as little as possible. */
final class RequestTrace {

    /** What is kept of a body; of a longer one the beginning. */
    static final int MOST_BYTES = 4096;

    private static final String ATTRIBUTE = RequestTrace.class.getName();

    final String endpoint;

    @Nullable
    String user;

    byte @Nullable [] request;
    byte @Nullable [] response;

    private RequestTrace(String endpoint) {
        this.endpoint = endpoint;
    }

    /** Before each request that has a route. */
    static void begin(Context ctx) {
        Endpoint matched = ctx.endpoints().matchedHttpEndpoint();
        if (matched != null) {
            ctx.req().setAttribute(ATTRIBUTE, new RequestTrace(matched.path));
        }
    }

    /** The trace of a request that has a route. */
    static @Nullable RequestTrace of(Request request) {
        return (RequestTrace) request.getAttribute(ATTRIBUTE);
    }

    /** Notes who makes the request. */
    static void user(Context ctx, String name) {
        RequestTrace trace = of(ctx.req());
        if (trace != null) {
            trace.user = name;
        }
    }

    /** Notes a body of JSON that came. */
    static void request(Context ctx, byte[] body) {
        RequestTrace trace = of(ctx.req());
        if (trace != null) {
            trace.request = beginning(body);
        }
    }

    /** Notes an answer of JSON. */
    static void response(Context ctx, byte[] body) {
        RequestTrace trace = of(ctx.req());
        if (trace != null) {
            trace.response = beginning(body);
        }
    }

    private static @Nullable RequestTrace of(ServletRequest request) {
        return (RequestTrace) request.getAttribute(ATTRIBUTE);
    }

    private static byte[] beginning(byte[] body) {
        return body.length <= MOST_BYTES ? body : Arrays.copyOf(body, MOST_BYTES);
    }
}
