package dev.quark.core.requestlog;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One request to the API, without anything that is secret.
 *
 * @param id the entry's id; ids sort by the time at which requests ended
 * @param at when it began, to the millisecond
 * @param method its HTTP method
 * @param endpoint the route's template, such as {@code /deployments/{id}}; {@link #NO_ENDPOINT} where there is no such route
 * @param path the template with what stood in its places, as far as that is no secret
 * @param status the answer's HTTP status
 * @param time how long it took, to the microsecond
 * @param client who made it
 * @param content what was said
 */
public record RequestEntry(
        UUID id,
        Instant at,
        String method,
        String endpoint,
        String path,
        int status,
        Duration time,
        Client client,
        Content content) {

    /** The endpoint of requests for what isn't there. */
    public static final String NO_ENDPOINT = "*";

    /**
     * Who made a request.
     *
     * @param address the network address
     * @param userAgent the program as it names itself; null where it doesn't
     * @param user the user's name; null where nobody was signed in
     */
    public record Client(
            String address,
            @Nullable String userAgent,
            @Nullable String user) {}

    /**
     * What was said. The texts are JSON documents.
     *
     * @param requestBytes the request body's size
     * @param responseBytes the answer's size
     * @param headers the request's headers
     * @param request the query and the body; null where there was none
     * @param response the answer; null where it had no JSON
     */
    public record Content(
            long requestBytes,
            long responseBytes,
            String headers,
            @Nullable String request,
            @Nullable String response) {}
}
