package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.metrics.RequestCounts;
import dev.quark.core.requestlog.RequestEntry;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.UrlEncoded;
import org.jspecify.annotations.Nullable;

/**
 * Counts each request when it has ended, and leaves a note of it. What is in the note is looked at on the log's thread; here only what the
 * server uses again is taken from it.
 */
final class RequestRecorder implements RequestLog {

    /** What machines ask all the time. */
    private static final Set<String> UNLOGGED = Set.of("/health", "/ready", "/metrics");

    /** Headers whose values have a form in which no secret fits; others are left out. */
    private static final Map<String, Pattern> HEADERS = Map.of(
            "accept", types(),
            "content-type", types(),
            "content-length", Pattern.compile("[0-9]{1,19}"),
            "last-event-id", Pattern.compile("[0-9]{1,19}(-end)?"),
            "upgrade", Pattern.compile("(?i)websocket"),
            "x-forwarded-for", Pattern.compile("[0-9a-fA-F:., ]{1,200}"),
            "x-forwarded-proto", Pattern.compile("https?"),
            "x-github-delivery", Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
            "x-github-event", Pattern.compile("[a-z_]{1,30}"));

    /** Headers that are shown to be there. */
    private static final Set<String> MASKED = Set.of(
            "authorization", "cookie", "proxy-authorization", "x-csrf-token", "x-hub-signature", "x-hub-signature-256");

    private final dev.quark.core.requestlog.@Nullable RequestLog log;
    private final RequestCounts counts;
    private final ClientAddress addresses;
    private final Endpoints endpoints;

    /** @param log null where requests are counted only */
    RequestRecorder(
            dev.quark.core.requestlog.@Nullable RequestLog log,
            RequestCounts counts,
            ClientAddress addresses,
            Endpoints endpoints) {
        this.log = log;
        this.counts = counts;
        this.addresses = addresses;
        this.endpoints = endpoints;
    }

    @Override
    public void log(Request request, Response response) {
        RequestTrace trace = RequestTrace.of(request);
        int status = response.getStatus();
        String path = request.getHttpURI().getDecodedPath();
        long nanos = NanoTime.since(request.getBeginNanoTime());
        counts.add(request.getMethod(), endpoint(trace, status, path), status, nanos);
        if (log == null || (trace != null && UNLOGGED.contains(trace.endpoint))) {
            return;
        }
        log.record(new Note(
                trace,
                request.getMethod(),
                path,
                request.getHttpURI().getQuery(),
                request.getHeaders(),
                request.getConnectionMetaData().getRemoteSocketAddress(),
                Request.getTimeStamp(request),
                nanos,
                status,
                Response.getContentBytesWritten(response)));
    }

    private String endpoint(@Nullable RequestTrace trace, int status, @Nullable String path) {
        if (trace != null) {
            return trace.endpoint;
        }
        // WebSockets are opened beside the routes of HTTP.
        String opened = status == 101 && path != null ? endpoints.of(path) : null;
        return opened == null ? RequestEntry.NO_ENDPOINT : opened;
    }

    /** The types that this API speaks. */
    private static Pattern types() {
        String type = "(\\*/\\*|application/(json|problem\\+json|x-www-form-urlencoded|xhtml\\+xml|xml)"
                + "|text/(\\*|html|plain|css|javascript|event-stream)|image/(\\*|avif|webp|apng|png|svg\\+xml))";
        String parameter = "(\\s*;\\s*(q=[0-9.]{1,5}|charset=utf-8|v=b3))*";
        return Pattern.compile("(?i)" + type + parameter + "(\\s*,\\s*" + type + parameter + ")*");
    }

    /** A request that has ended. */
    private final class Note implements dev.quark.core.requestlog.RequestLog.Note {

        private final @Nullable RequestTrace trace;
        private final String method;
        private final @Nullable String path;
        private final @Nullable String query;
        private final HttpFields headers;
        private final SocketAddress remote;
        private final long at;
        private final long nanos;
        private final int status;
        private final long bytes;

        Note(
                @Nullable RequestTrace trace,
                String method,
                @Nullable String path,
                @Nullable String query,
                HttpFields headers,
                SocketAddress remote,
                long at,
                long nanos,
                int status,
                long bytes) {
            this.trace = trace;
            this.method = method;
            this.path = path;
            this.query = query;
            this.headers = headers;
            this.remote = remote;
            this.at = at;
            this.nanos = nanos;
            this.status = status;
            this.bytes = bytes;
        }

        @Override
        public RequestEntry entry(UUID id) {
            boolean succeeded = status < 400;
            // To somebody signed in; pages for everybody say yes to any name.
            boolean named = succeeded && trace != null && trace.user != null;
            String endpoint = endpoint(trace, status, path);
            boolean isKnown = !endpoint.equals(RequestEntry.NO_ENDPOINT);
            byte[] response = trace == null ? null : trace.response;
            return new RequestEntry(
                    id,
                    Instant.ofEpochMilli(at),
                    isKnown || method.length() <= 7 ? method : Redaction.MASK,
                    endpoint,
                    isKnown && path != null ? Redaction.path(endpoint, path, named) : endpoint,
                    status,
                    Duration.ofNanos(nanos / 1000 * 1000),
                    client(),
                    new RequestEntry.Content(
                            Math.max(0, headers.getLongField("Content-Length")),
                            bytes,
                            headers(),
                            request(named),
                            response == null ? null : Redaction.document(response, succeeded, true)));
        }

        private RequestEntry.Client client() {
            String peer = remote instanceof InetSocketAddress socket && socket.getAddress() != null
                    ? socket.getAddress().getHostAddress()
                    : "";
            String agent = headers.get("User-Agent");
            return new RequestEntry.Client(
                    addresses.of(peer, headers.get("X-Forwarded-For")),
                    agent == null ? null : Redaction.text(agent),
                    trace == null ? null : trace.user);
        }

        private String headers() {
            return json(out -> {
                for (HttpField field : headers) {
                    String name = field.getName().toLowerCase(Locale.ROOT);
                    Pattern form = HEADERS.get(name);
                    String value = String.valueOf(field.getValue());
                    if (MASKED.contains(name)) {
                        out.writeStringField(name, Redaction.MASK);
                    } else if (form != null) {
                        out.writeStringField(name, form.matcher(value).matches() ? value : Redaction.MASK);
                    }
                }
            });
        }

        private @Nullable String request(boolean named) {
            byte[] body = trace == null ? null : trace.request;
            if (body == null && query == null) {
                return null;
            }
            return json(out -> {
                if (query != null) {
                    out.writeObjectFieldStart("query");
                    query(out, query);
                    out.writeEndObject();
                }
                if (body != null) {
                    out.writeFieldName("body");
                    out.writeRawValue(Redaction.document(body, named, false));
                }
            });
        }

        /** Texts are not kept: a search for what isn't there succeeds too. */
        private void query(JsonGenerator out, String text) throws IOException {
            Fields parameters = new Fields();
            try {
                UrlEncoded.decodeUtf8To(text, parameters);
            } catch (RuntimeException e) {
                // It is no query: the answer says so.
                return;
            }
            for (Fields.Field parameter : parameters) {
                if (Redaction.isKeptQuery(parameter.getName())) {
                    out.writeStringField(
                            parameter.getName(), Redaction.value(parameter.getName(), parameter.getValue(), false));
                }
            }
        }

        private static String json(Json.Part members) {
            StringWriter text = new StringWriter();
            try (JsonGenerator out = Json.FACTORY.createGenerator(text)) {
                out.writeStartObject();
                members.write(out);
                out.writeEndObject();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return text.toString();
        }
    }
}
