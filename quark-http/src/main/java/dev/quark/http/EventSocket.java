package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.config.ConfigEvent;
import dev.quark.core.deployment.DeploymentEvent;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.event.QuarkEvent;
import dev.quark.core.service.ServiceEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The WebSocket that tells dashboards what has changed, and where to read how it is now. */
final class EventSocket {

    /** From here on nothing is missed; what was read before may be old. */
    private static final byte[] READY = "{\"type\":\"ready\"}".getBytes(StandardCharsets.US_ASCII);

    private final Channel<byte[]> channel = new Channel<>();
    private final Clock clock;

    EventSocket(Clock clock) {
        this.clock = clock;
    }

    void add(Sockets sockets) {
        sockets.add("/ws/events", Access.VIEWER, client -> {
            try (Channel<byte[]>.Mailbox mailbox = channel.join(message -> message)) {
                client.text(READY);
                client.forward(mailbox);
            }
        });
    }

    /** Tells those who listen. */
    void tell(QuarkEvent event) {
        if (channel.listeners() == 0) {
            return;
        }
        Instant now = clock.instant();
        byte[] message = switch (event) {
            case DeploymentEvent change -> Json.bytes(json -> deployment(json, change, now));
            case ConfigEvent change -> Json.bytes(json -> config(json, change, now));
            case ServiceEvent change -> Json.bytes(json -> service(json, change, now));
            default -> null;
        };
        if (message != null) {
            channel.publish(message);
        }
    }

    private static void deployment(JsonGenerator json, DeploymentEvent event, Instant now) throws IOException {
        DeploymentId id = event.deployment();
        begin(
                json,
                "deployment",
                switch (event) {
                    case DeploymentEvent.StatusChanged change -> "status";
                    case DeploymentEvent.PhaseBegan change -> "phase";
                    case DeploymentEvent.CommitKnown change -> "commit";
                    case DeploymentEvent.CancellationRequested change -> "cancellation";
                });
        Json.text(json, "deployment_id", id);
        if (event instanceof DeploymentEvent.StatusChanged change) {
            json.writeStringField("status", change.status().label());
        } else if (event instanceof DeploymentEvent.PhaseBegan change) {
            json.writeStringField("phase", change.phase().label());
        }
        end(json, now, "/deployments/" + id);
    }

    private static void config(JsonGenerator json, ConfigEvent event, Instant now) throws IOException {
        String label = event.change().label();
        begin(json, "config", label);
        Json.text(json, "config_id", event.config());
        boolean isGone = event.change() == ConfigEvent.Change.DELETED;
        end(json, now, isGone ? null : "/deploy/configs/" + event.config());
    }

    private static void service(JsonGenerator json, ServiceEvent event, Instant now) throws IOException {
        begin(json, "service", "changed");
        Json.text(json, "config_id", event.config());
        end(json, now, "/deploy/configs/" + event.config() + "/service");
    }

    private static void begin(JsonGenerator json, String type, String event) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", type);
        json.writeStringField("event", event);
    }

    private static void end(JsonGenerator json, Instant now, @Nullable String reload) throws IOException {
        Json.time(json, "at", now);
        Json.text(json, "reload", reload);
        json.writeEndObject();
    }
}
