package dev.quark.http;

import dev.quark.core.identity.Role;
import dev.quark.core.identity.User;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.requestlog.RequestEntry;
import dev.quark.core.requestlog.RequestFilter;
import dev.quark.core.requestlog.RequestsLogged;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The WebSockets that tell of logged requests: of all, of an endpoint's, of a path's, or of one. */
final class RequestSocket {

    private static final Pattern ID = Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Channel<Message> channel = new Channel<>();
    private final UseCases use;
    private final Supplier<Endpoints> endpoints;
    private final boolean anonymous;

    /**
     * Tells of the requests that are logged from now on.
     *
     * @param endpoints asked when a client comes: all routes are known then
     * @param anonymous whether those may listen who don't say who they are
     */
    RequestSocket(UseCases use, Supplier<Endpoints> endpoints, boolean anonymous) {
        this.use = use;
        this.endpoints = endpoints;
        this.anonymous = anonymous;
    }

    void add(Sockets sockets) {
        sockets.add("/ws/logs/{log_id}", Access.ANYBODY, this::serve);
    }

    /** Tells those who listen; they were told nothing that isn't stored. */
    void tell(RequestsLogged logged) {
        if (channel.listeners() > 0) {
            logged.entries().forEach(entry -> channel.publish(new Message(entry)));
            if (logged.dropped() > 0) {
                channel.lost(logged.dropped());
            }
        }
    }

    Channel<?> channel() {
        return channel;
    }

    private void serve(SocketClient client) throws InterruptedException, SocketClient.StalledException {
        User user = client.user();
        if (user == null && !anonymous) {
            throw Sockets.unauthenticated();
        }
        RequestJson reader = user == null
                ? RequestJson.REDACTED
                : user.role().covers(Role.ADMIN) ? RequestJson.WHOLE : RequestJson.KNOWN;
        String log = client.pathParam("log_id");
        if (ID.matcher(log).matches()) {
            RequestEntry entry = use.requests()
                    .find(UUID.fromString(log))
                    .orElseThrow(() -> new NotFoundException("There is no request with this id."));
            client.text(new Message(entry).encoded(reader));
            return;
        }
        RequestFilter filter = filter(log);
        try (Channel<Message>.Mailbox mailbox =
                channel.join(message -> filter.matches(message.entry) ? message.encoded(reader) : null)) {
            client.forward(mailbox);
        }
    }

    private RequestFilter filter(String log) {
        if (log.equals("all_logs") || log.equals("all")) {
            return RequestFilter.ALL;
        }
        String path = log.startsWith("/") ? log : "/" + log;
        String endpoint = endpoints.get().of(path);
        if (endpoint == null) {
            throw new NotFoundException("There is no such endpoint: /docs lists what there is.");
        }
        return new RequestFilter(null, endpoint, endpoint.equals(path) ? null : path, null);
    }

    /** An entry, encoded once for all readers of the same kind. */
    private static final class Message {

        private final RequestEntry entry;
        private final Map<RequestJson, byte[]> encoded = new EnumMap<>(RequestJson.class);

        Message(RequestEntry entry) {
            this.entry = entry;
        }

        synchronized byte[] encoded(RequestJson reader) {
            return encoded.computeIfAbsent(
                    reader,
                    kind -> Json.bytes(json -> {
                        json.writeStartObject();
                        json.writeStringField("type", "request");
                        kind.members(json, entry, false);
                        json.writeEndObject();
                    }));
        }
    }
}
