package dev.quark.runner.router.proxy;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** What the router says itself. */
final class Answers {

    private Answers() {}

    static void unknownHost(HttpServerRequest request, String host) {
        send(
                request,
                404,
                "No app here",
                "No app is deployed at " + (host.isEmpty() ? "this address" : host)
                        + " for this path. If one should be:"
                        + " its deployment config's service.hosts and service.path_prefix say where it answers.");
    }

    static void noInstance(HttpServerRequest request) {
        request.response().putHeader("Retry-After", "5");
        send(request, 503, "The app is not running", "No instance of this app answers at the moment.");
    }

    static void broken(HttpServerRequest request) {
        send(request, 502, "The app broke off", "The app closed the connection without an answer.");
    }

    static void late(HttpServerRequest request) {
        send(request, 504, "The app is too slow", "The app did not answer in time.");
    }

    static void draining(HttpServerRequest request) {
        request.response().putHeader("Retry-After", "1");
        send(request, 503, "A new version took over", "The request took longer than the old version may run on.");
    }

    static void refuse(HttpServerRequest request, int status, String message) {
        request.response().putHeader("Connection", "close");
        send(request, status, "The request can't be served", message);
    }

    private static void send(HttpServerRequest request, int status, String title, String text) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed() || response.headWritten()) {
            return;
        }
        String body = "<!doctype html><html lang=en><meta charset=utf-8><title>" + status + " " + title
                + "</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem}"
                + "</style><h1>" + title + "</h1><p>" + escape(text) + "<p><small>" + status
                + " &middot; QUARK</small>\n";
        response.setStatusCode(status)
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .putHeader("Cache-Control", "no-store");
        boolean last = "close".equals(response.headers().get("Connection"));
        (request.method().equals(HttpMethod.HEAD) ? response.end() : response.end(body)).onComplete(written -> {
            if (last) {
                request.connection().close();
            }
        });
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
