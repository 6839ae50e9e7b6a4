package dev.quark.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers what never reaches a route, such as a request line that is no HTTP, the way that all faults are answered. */
final class ServerErrors extends ErrorHandler {

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        String detail = switch (code) {
            case 400 -> "The request is not valid HTTP.";
            case 404 -> "There is nothing at this address: /docs lists what there is.";
            case 414, 431 -> "The request's address or its headers are too long.";
            case 426 -> "This address takes WebSocket connections of version 13 only.";
            default -> "The request can't be served.";
        };
        String path = request.getHttpURI().getPath();
        byte[] body = new Problem(code, detail, path == null ? "/" : path).toJson();
        ResponseHeaders.add(request, response.getHeaders());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.TYPE);
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
