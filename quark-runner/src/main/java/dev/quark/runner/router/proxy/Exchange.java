package dev.quark.runner.router.proxy;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to an instance and the response on its way back; bodies are passed on as they come. Everything but
 * {@link #breakOff} happens on the event loop of the client's connection.
 *
 * <p>A request is sent again where that can't have two effects: to another instance where a connection was refused, and on a
 * new connection where one that had been used before was closed before anything of the response came. The latter is done
 * only for methods that are safe to repeat and have no body; all others get a new connection to begin with.
 */
final class Exchange implements InFlight {

    private static final Set<HttpMethod> REPEATABLE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Loop loop;
    private final Context context;
    private final HttpServerRequest request;
    private final Target target;
    private final Binding binding;
    private final long begun = System.nanoTime();
    private final boolean hasBody;
    private final boolean webSocket;
    private final Set<Instance> refused = new HashSet<>(2);
    private @Nullable Instance instance;
    private @Nullable HttpClientConnection connection;
    private @Nullable Tunnel socket;
    private boolean responseBegun;
    private boolean last;
    private boolean over;

    Exchange(Loop loop, Context context, HttpServerRequest request, Target target, Binding binding) {
        this.loop = loop;
        this.context = context;
        this.request = request;
        this.target = target;
        this.binding = binding;
        this.hasBody = hasBody(request);
        this.webSocket = !hasBody && request.canUpgradeToWebSocket();
    }

    static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader("content-length");
        return (length != null && !length.equals("0")) || request.headers().contains("transfer-encoding");
    }

    void begin() {
        if (hasBody) {
            request.pause();
        }
        HttpServerResponse response = request.response();
        response.exceptionHandler(failure -> abandoned());
        response.closeHandler(closed -> abandoned());
        next();
    }

    private void next() {
        long now = System.nanoTime();
        Instance chosen = binding.choose(refused, now);
        if (chosen == null) {
            Answers.noInstance(request);
            end(true);
            return;
        }
        if (instance != null) {
            instance.end();
        }
        instance = chosen;
        chosen.begin();
        HttpClientConnection used = !hasBody && !webSocket && REPEATABLE.contains(request.method())
                ? loop.pool().used(chosen)
                : null;
        if (used == null) {
            connect(chosen);
        } else {
            send(chosen, used, true);
        }
    }

    private void connect(Instance chosen) {
        loop.pool().connect(chosen).onComplete(opened -> {
            if (over) {
                if (opened.succeeded()) {
                    opened.result().close();
                }
            } else if (opened.succeeded()) {
                chosen.accept();
                loop.watch(chosen, opened.result());
                send(chosen, opened.result(), false);
            } else {
                chosen.refuse(System.nanoTime());
                refused.add(chosen);
                binding.release().failed();
                next();
            }
        });
    }

    private void send(Instance chosen, HttpClientConnection to, boolean used) {
        connection = to;
        RequestOptions options = new RequestOptions()
                .setMethod(request.method())
                .setURI(uri())
                .setIdleTimeout(loop.timeouts().upstreamIdleMs());
        to.request(options).onComplete(ready -> {
            if (over) {
                to.close();
            } else if (ready.failed()) {
                broke(chosen, used, ready.cause());
            } else {
                send(chosen, ready.result(), used);
            }
        });
    }

    private void send(Instance chosen, HttpClientRequest out, boolean used) {
        boolean strips = binding.route().stripPrefix();
        loop.headers()
                .forward(
                        request,
                        target.authority(),
                        strips ? binding.route().prefix().value() : "",
                        out.headers());
        if (webSocket) {
            out.headers().set("Connection", "Upgrade").set("Upgrade", "websocket");
            out.connect().onComplete(answer -> answered(chosen, used, answer));
            return;
        }
        out.response().onComplete(answer -> answered(chosen, used, answer));
        if (!hasBody) {
            out.end();
            return;
        }
        if (!request.headers().contains("content-length")) {
            out.setChunked(true);
        }
        out.continueHandler(any -> request.response().writeContinue());
        // Before the body: a client that expects to be told to continue sends none before.
        out.writeHead();
        request.pipeTo(out).onFailure(failure -> {
            if (!over && !responseBegun) {
                // Either neighbour has gone; whose fault it was is known when the response fails.
                out.reset();
            }
        });
    }

    private void answered(Instance chosen, boolean used, AsyncResult<HttpClientResponse> answer) {
        if (over) {
            return;
        }
        if (answer.failed()) {
            broke(chosen, used, answer.cause());
        } else if (webSocket && answer.result().statusCode() == 101) {
            binding.release().answered(101);
            tunnel(answer.result());
        } else {
            respond(chosen, answer.result());
        }
    }

    /** From here on the connection is the WebSocket's. */
    private void tunnel(HttpClientResponse answer) {
        HttpServerResponse response = request.response();
        response.setStatusCode(101);
        Headers.copy(answer.headers(), response.headers(), name -> false);
        response.headers().set("Connection", "Upgrade").set("Upgrade", "websocket");
        NetSocket app = answer.netSocket();
        app.pause();
        request.toNetSocket().onComplete(upgraded -> {
            if (over) {
                app.close();
            } else if (upgraded.failed()) {
                app.close();
                abandoned();
            } else {
                Tunnel tunnel = new Tunnel(context, upgraded.result(), app, this::abandoned);
                socket = tunnel;
                tunnel.begin();
            }
        });
    }

    private String uri() {
        if (!binding.route().stripPrefix()) {
            return target.uri();
        }
        String query = target.uri().substring(target.path().length());
        return binding.route().prefix().strip(target.path()) + query;
    }

    /** No response came. */
    private void broke(Instance chosen, boolean used, Throwable failure) {
        HttpClientConnection broken = connection;
        if (broken != null) {
            broken.close();
        }
        if (used) {
            connect(chosen);
            return;
        }
        if (failure instanceof TimeoutException) {
            Answers.late(request);
        } else {
            Answers.broken(request);
        }
        end(true);
    }

    private void respond(Instance chosen, HttpClientResponse answer) {
        responseBegun = true;
        binding.release().answered(answer.statusCode());
        HttpServerResponse response = request.response();
        response.setStatusCode(answer.statusCode()).setStatusMessage(answer.statusMessage());
        Headers.copy(answer.headers(), response.headers(), name -> false);
        if (loop.isRetiring()) {
            closeAfter(response);
        }
        boolean bodiless =
                request.method().equals(HttpMethod.HEAD) || answer.statusCode() == 204 || answer.statusCode() == 304;
        if (bodiless) {
            answer.endHandler(any -> response.end().onComplete(written -> complete(chosen, written.succeeded())));
            return;
        }
        if (answer.getHeader("content-length") == null) {
            if (request.version() == HttpVersion.HTTP_1_0) {
                closeAfter(response);
            } else {
                response.setChunked(true);
            }
        }
        answer.pipe().endOnFailure(false).to(response).onComplete(piped -> complete(chosen, piped.succeeded()));
    }

    /** The client is told that this is the connection's last response; one that isn't told may have sent the next request. */
    private void closeAfter(HttpServerResponse response) {
        response.putHeader("Connection", "close");
        last = true;
    }

    private void complete(Instance chosen, boolean whole) {
        if (over) {
            return;
        }
        HttpClientConnection used = connection;
        if (!whole) {
            if (used != null) {
                used.close();
            }
            boolean gone = request.response().closed();
            if (gone) {
                abandoned();
            } else {
                end(true);
                // The client must see that this is not all.
                request.connection().close();
            }
            return;
        }
        if (used != null) {
            if (!hasBody || request.isEnded()) {
                loop.pool().release(chosen, used);
            } else {
                used.close();
            }
        }
        if (hasBody && !request.isEnded()) {
            // An answer before the end of the request: the rest of it is read and thrown away.
            request.handler(Exchange::ignore);
            request.resume();
        }
        end(false);
        if (last) {
            request.connection().close();
        }
    }

    private static void ignore(Buffer rest) {}

    /** The client is gone. */
    private void abandoned() {
        if (over) {
            return;
        }
        HttpClientConnection to = connection;
        if (to != null) {
            to.close();
        }
        finish();
        binding.app().ended(false, false, begun);
        binding.release().leave(this);
    }

    @Override
    public void breakOff() {
        context.runOnContext(any -> {
            if (over) {
                return;
            }
            if (socket != null) {
                socket.breakOff();
                return;
            }
            HttpClientConnection to = connection;
            end(true);
            if (to != null) {
                to.close();
            }
            if (request.response().headWritten()) {
                request.connection().close();
            } else {
                Answers.draining(request);
            }
        });
    }

    private void end(boolean failure) {
        if (over) {
            return;
        }
        finish();
        if (failure) {
            binding.release().failed();
        }
        binding.app().ended(failure, true, begun);
        binding.release().leave(this);
    }

    private void finish() {
        over = true;
        if (instance != null) {
            instance.end();
        }
        loop.idle(request.connection());
    }
}
