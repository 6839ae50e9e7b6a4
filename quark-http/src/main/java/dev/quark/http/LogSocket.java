package dev.quark.http;

import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.LogFollower;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The WebSockets that stream a deployment, and a service's output. */
final class LogSocket {

    private final UseCases use;
    private final EncodedBatches encoded;

    LogSocket(UseCases use, EncodedBatches encoded) {
        this.use = use;
        this.encoded = encoded;
    }

    void add(Sockets sockets) {
        for (String prefix : List.of("/deployments", "/deploy/deployments")) {
            sockets.add(
                    prefix + "/{id}/logs",
                    Access.VIEWER,
                    client -> serve(
                            client, after -> use.watch().watch(DeploymentId.parse(client.pathParam("id")), after)));
        }
        sockets.add(
                "/deploy/configs/{id}/service/logs",
                Access.VIEWER,
                client -> serve(
                        client, after -> use.servicesOrRefuse().follow(ConfigId.parse(client.pathParam("id")), after)));
    }

    private void serve(SocketClient client, Follow follow) throws InterruptedException, SocketClient.StalledException {
        long after = after(client.queryParam("after"));
        boolean batch = "true".equals(client.queryParam("batch"));
        try (LogFollower cursor = follow.after(after)) {
            new LogSender(client, encoded, batch).send(cursor);
        }
    }

    private static long after(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return 0;
        }
        try {
            long after = Long.parseLong(text);
            if (after >= 0) {
                return after;
            }
        } catch (NumberFormatException e) {
            // The same fault as a negative number.
        }
        throw Sockets.wrong("after must be the seq of a line, or 0.");
    }

    /** Begins to follow what the path names. */
    @FunctionalInterface
    private interface Follow {
        LogFollower after(long seq);
    }

    /** How the API spells a change of status. */
    static String document(DeploymentStatus status) {
        String label = status.label();
        return "{\"type\":\"status\",\"status\":\"" + label + "\",\"data\":\"" + label + "\"}";
    }
}
