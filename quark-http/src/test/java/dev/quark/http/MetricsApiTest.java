package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.identity.Role;
import dev.quark.core.metrics.Figure;
import dev.quark.core.metrics.RequestCounts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class MetricsApiTest {

    private final World world = new World();
    private final Api viewer = Api.of(world, Role.VIEWER);

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void showsHowItIsNow() {
        JsonNode now = viewer.get("/system/metrics").is(200).json();
        assertEquals(2, now.at("/cpu/processors").asInt());
        assertEquals("0.25", now.at("/cpu/load_average").asText());
        assertEquals(3000, now.at("/memory/used_bytes").asInt());
        assertEquals(2500, now.at("/disk/free_bytes").asInt());
        assertTrue(now.at("/network/sent_bytes").isNull(), "what isn't known is null");
        assertEquals(60, now.at("/process/heap_used_bytes").asInt());
        assertEquals(33, now.at("/process/threads").asInt());
        assertEquals(0, now.at("/deployments/failed").asInt());
        assertEquals(0, now.at("/queue/depth").asInt());
        assertEquals(0, now.at("/websocket_clients").asInt());
        assertEquals(10, now.at("/history/step_seconds").asInt());
        for (Figure figure : Figure.values()) {
            assertEquals(0, now.at("/history/" + figure.label()).size());
            assertTrue(now.at("/history/" + figure.label()).isArray());
        }
        assertEquals(16 + 1, now.get("history").size());
    }

    @Test
    void saysWhatIsWrongWithAQuestion() {
        assertEquals(
                List.of("minutes"), viewer.get("/system/metrics?minutes=1441").faults());
        viewer.get("/system/metrics?minutes=1").is(200);
    }

    @Test
    void prometheusGetsItsFormat() {
        Api.Reply reply = viewer.get("/metrics").is(200);
        assertEquals("up 1\n", reply.body());
        assertEquals("text/plain;version=0.0.4;charset=utf-8", reply.header("Content-Type"));
        Api.of(world, null).get("/metrics").is(401);
    }

    @Test
    void requestsAreCountedByTheirRouteAndNothingThatAClientMakesUp() throws Exception {
        viewer.get("/deployments/01980b5e-7a51-7cc2-9c6b-ffffffffffff").is(404);
        viewer.get("/deployments/01980b5e-7a51-7cc2-9c6b-fffffffffffe").is(404);
        viewer.get("/health").is(200);
        for (int i = 0; i < 5; i++) {
            viewer.get("/made-up/" + i).is(404);
        }
        RawHttp.exchange(world, "FAVOUR /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        Map<RequestCounts.Key, Long> expected = Map.of(
                key("GET", "/deployments/{id}", 404), 2L, key("GET", "/health", 200), 1L, key("GET", "*", 404), 5L);
        // An answer comes before its request has ended.
        while (!world.counts.counts().entrySet().containsAll(expected.entrySet())) {
            Thread.sleep(5);
        }
        while (world.counts.counts().keySet().stream()
                .noneMatch(key -> key.route().method().equals("other"))) {
            Thread.sleep(5);
        }
        assertTrue(world.counts.durations().containsKey(new RequestCounts.Route("GET", "/deployments/{id}")));
        assertEquals(
                4, world.counts.counts().size(), () -> world.counts.counts().toString());
    }

    private static RequestCounts.Key key(String method, String endpoint, int status) {
        return new RequestCounts.Key(new RequestCounts.Route(method, endpoint), status);
    }
}
