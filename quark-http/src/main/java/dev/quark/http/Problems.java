package dev.quark.http;

import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.FieldError;
import dev.quark.core.problem.ForbiddenException;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.problem.QuarkException;
import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.problem.UpstreamException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.jspecify.annotations.Nullable;

/** The one place where an exception becomes an answer. */
final class Problems {

    private static final System.Logger LOG = System.getLogger(HttpServer.class.getName());

    private Problems() {}

    static void map(RoutesConfig routes) {
        routes.exception(HttpProblem.class, (e, ctx) -> {
            e.headers().forEach(ctx::header);
            answer(ctx, e.status(), Objects.requireNonNullElse(e.getMessage(), ""), List.of());
        });
        routes.exception(QuarkException.class, (e, ctx) -> quark(ctx, e));
        routes.exception(HttpResponseException.class, Problems::javalin);
        // Jetty reads parameters when they are asked for.
        routes.exception(HttpException.RuntimeException.class, (e, ctx) -> {
            answer(ctx, e.getCode(), "The address has parameters that are not URL-encoded UTF-8.", List.of());
        });
        routes.exception(UncheckedIOException.class, (e, ctx) -> io(ctx, e, e.getCause()));
        routes.exception(IOException.class, (e, ctx) -> io(ctx, e, e));
        routes.exception(InterruptedException.class, (e, ctx) -> {
            quark(ctx, new UnavailableException("The server is stopping: try again in a moment."));
        });
        routes.exception(Exception.class, (e, ctx) -> unexpected(ctx, e));
    }

    private static void quark(Context ctx, QuarkException problem) {
        int status = switch (problem) {
            case InvalidException e -> 422;
            case UnauthenticatedException e -> 401;
            case ForbiddenException e -> 403;
            case NotFoundException e -> 404;
            case ConflictException e -> 409;
            case CodeHostException e -> status(e.failure());
            case UpstreamException e -> 502;
            case UnavailableException e -> 503;
        };
        if (status == 401) {
            ctx.header("WWW-Authenticate", "Bearer realm=\"quark\"");
        }
        if (status == 503) {
            ctx.header("Retry-After", retryAfter(problem));
            if (problem.getCause() != null) {
                LOG.log(Level.WARNING, "A request could not be served", problem);
            }
        }
        boolean fields = problem instanceof InvalidException;
        List<FieldError> errors = problem instanceof InvalidException invalid ? invalid.errors() : List.of();
        answer(
                ctx,
                status,
                fields ? "The request has fields with values that they may not have." : sentence(problem),
                errors);
    }

    /** What GitHub refused stays a refusal; the caller's own sign-in is another matter, so it is no 401. */
    private static int status(CodeHostException.Failure failure) {
        return switch (failure) {
            case CodeHostException.NotFound f -> 404;
            case CodeHostException.Revoked f -> 409;
            case CodeHostException.MissingScopes f -> 403;
            case CodeHostException.Forbidden f -> 403;
            case CodeHostException.Rejected f -> 409;
            case CodeHostException.RateLimited f -> 503;
            case CodeHostException.Unreachable f -> 502;
            case CodeHostException.Broken f -> 502;
        };
    }

    private static String retryAfter(QuarkException problem) {
        return problem instanceof CodeHostException e && e.failure() instanceof CodeHostException.RateLimited limit
                ? Long.toString(Math.max(
                        1, Duration.between(Instant.now(), limit.until()).toSeconds() + 1))
                : "1";
    }

    private static void javalin(HttpResponseException e, Context ctx) {
        if (e instanceof MethodNotAllowedResponse) {
            String allowed = String.join(
                    ", ", e.getDetails().values().stream().findFirst().stream().toList());
            ctx.header("Allow", allowed);
            answer(
                    ctx,
                    405,
                    "This address does not take " + ctx.req().getMethod() + ", but " + allowed + ".",
                    List.of());
        } else if (e instanceof NotFoundResponse) {
            answer(ctx, 404, "There is nothing at this address: /docs lists what there is.", List.of());
        } else {
            answer(ctx, e.getStatus(), Objects.requireNonNullElse(e.getMessage(), ""), List.of());
        }
    }

    /** What fails before anything was sent, and not because the client is gone, is a file of the server's own. */
    private static void io(Context ctx, Exception e, @Nullable Throwable cause) {
        if (ctx.res().isCommitted() || cause instanceof EofException || cause instanceof ClosedChannelException) {
            connection(ctx, e);
        } else {
            unexpected(ctx, e);
        }
    }

    /** The client is gone, or has to be told by a cut connection that its answer isn't whole. */
    private static void connection(Context ctx, Exception e) {
        LOG.log(Level.DEBUG, "A connection failed", e);
        cut(ctx);
    }

    private static void unexpected(Context ctx, Exception e) {
        String id = UUID.randomUUID().toString();
        LOG.log(Level.ERROR, "Error " + id + " in " + ctx.req().getMethod() + " " + ctx.endpoint().path, e);
        if (ctx.res().isCommitted()) {
            cut(ctx);
            return;
        }
        Problem problem = new Problem(
                500,
                "The server failed: its log has more under this id.",
                ctx.req().getRequestURI(),
                List.of(),
                id);
        send(ctx, problem);
    }

    private static void answer(Context ctx, int status, String detail, List<FieldError> errors) {
        if (ctx.res().isCommitted()) {
            cut(ctx);
            return;
        }
        send(ctx, new Problem(status, detail, ctx.req().getRequestURI(), errors, null));
    }

    private static void send(Context ctx, Problem problem) {
        ctx.res().resetBuffer();
        try {
            byte[] body = problem.toJson();
            RequestTrace.response(ctx, body);
            Answer.send(ctx, problem.status(), Problem.TYPE, body);
        } catch (UncheckedIOException e) {
            connection(ctx, e);
        }
    }

    private static void cut(Context ctx) {
        ServletContextRequest.getServletContextRequest(ctx.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .close();
    }

    private static String sentence(QuarkException problem) {
        return Objects.requireNonNullElse(problem.getMessage(), "");
    }
}
