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
        one.awaitMessages(4);
        int readings = world.probe.readings.get();
        two.awaitMessages(3);
        JsonNode last = one.messages.get(2);
        assertEquals("metrics", last.get("type").asText());
        assertEquals(2, last.get("websocket_clients").asInt());
        assertEquals(0.25, last.at("/cpu/load").asDouble());
        assertEquals(33, last.at("/process/threads").asInt());
        assertEquals(0, last.at("/queue/depth").asInt());
        assertEquals(
                4,
                List.copyOf(one.messages).subList(0, 4).stream()
                        .map(message -> message.get("at").asText())
                        .distinct()
                        .count(),
                "each is a sample of its own");
        // One sample for both; the history has some of its own, and one may be on its way.
        assertTrue(readings <= 4 + 2, () -> readings + " " + one.messages);
        assertTrue(one.messages.contains(two.messages.get(0)), () -> one.messages + " " + two.messages);
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
