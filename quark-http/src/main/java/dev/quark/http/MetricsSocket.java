package dev.quark.http;

import dev.quark.core.metrics.SystemSample;
import dev.quark.core.metrics.SystemSampler;

/** The WebSocket that tells once a second how the machine, the process and the work are; while nobody watches, nothing is measured for it. */
final class MetricsSocket {

    private final Channel<byte[]> channel = new Channel<>();
    private final SystemSampler sampler;

    MetricsSocket(SystemSampler sampler) {
        this.sampler = sampler;
    }

    void add(Sockets sockets) {
        sockets.add("/ws/metrics", Access.VIEWER, client -> {
            try (Channel<byte[]>.Mailbox mailbox = channel.join(message -> message);
                    SystemSampler.Watch watch = sampler.watch()) {
                client.forward(mailbox);
            }
        });
    }

    /** Tells those who listen, each the same bytes. */
    void tell(SystemSample sample) {
        if (channel.listeners() > 0) {
            channel.publish(Json.bytes(json -> {
                json.writeStartObject();
                json.writeStringField("type", "metrics");
                MetricsJson.members(json, sample);
                json.writeEndObject();
            }));
        }
    }
}
