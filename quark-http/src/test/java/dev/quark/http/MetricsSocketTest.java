package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.identity.Role;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dashboards are told once a second how it is. */
@Timeout(120)
class MetricsSocketTest {

    private final World world = new World();

    @AfterEach
    void stop() {
        world.close();
    }

    private SocketListener connect() throws Exception {
        return SocketListener.connect(world, "/ws/metrics?token=" + World.token(Role.VIEWER), null);
    }

    @Test
    void tellsEachSampleToEverybodyWhoWatches() throws Exception {
        world.system.start(world.server::webSocketClients);
        SocketListener one = connect();
        SocketListener two = connect();
        two.awaitMessages(3);
        // The first one may be the server's first: of what happened before it, it knows nothing.
        JsonNode sample = two.messages.get(1);
        assertEquals("metrics", sample.get("type").asText());
        assertEquals(2, sample.get("websocket_clients").asInt());
        assertEquals(0.25, sample.at("/cpu/load").asDouble());
        assertEquals(33, sample.at("/process/threads").asInt());
        assertEquals(0, sample.at("/queue/depth").asInt());
        List<JsonNode> three = List.copyOf(two.messages).subList(0, 3);
        assertEquals(
                3,
                three.stream()
                        .map(message -> message.get("at").asText())
                        .distinct()
                        .count(),
                "each is a sample of its own");
        // Whoever was there first gets the very same ones, sooner or later.
        while (!one.messages.containsAll(three)) {
            Thread.sleep(5);
        }
    }

    @Test
    void measuresNothingOnceNobodyWatches() throws Exception {
        world.system.start(world.server::webSocketClients);
        SocketListener client = connect();
        client.awaitMessages(1);
        assertTrue(world.system.isWatched());
        Objects.requireNonNull(client.socket).sendClose(1000, "").join();
        while (world.server.streams() > 0) {
            Thread.sleep(5);
        }
        while (world.system.isWatched()) {
            Thread.sleep(5);
        }
    }

    @Test
    void isForThoseWhoMayRead() throws Exception {
        assertEquals(4001, SocketListener.connect(world, "/ws/metrics", null).code());
        Api.of(world, Role.VIEWER).get("/ws/metrics").is(426);
        Api.of(world, null).get("/ws/metrics").is(401);
    }
}
