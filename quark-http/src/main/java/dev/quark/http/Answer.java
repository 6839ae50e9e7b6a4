package dev.quark.http;

import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Sends whole answers straight to the servlet response. */
final class Answer {

    static final String JSON = "application/json";

    private Answer() {}

    static void json(Context ctx, int status, Json.Part part) {
        byte[] body = Json.bytes(part);
        RequestTrace.response(ctx, body);
        send(ctx, status, JSON, body);
    }

    static void send(Context ctx, int status, String type, byte[] body) {
        HttpServletResponse response = ctx.res();
        response.setStatus(status);
        response.setContentType(type);
        response.setContentLength(body.length);
        try {
            response.getOutputStream().write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void noContent(Context ctx) {
        ctx.res().setContentType(null);
        ctx.res().setStatus(204);
    }
}
