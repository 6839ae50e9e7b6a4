package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.identity.Role;
import dev.quark.core.requestlog.RequestEntry;
import dev.quark.core.requestlog.RequestsLogged;
import dev.quark.core.testing.Samples;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests can be watched. */
@Timeout(240)
class RequestSocketTest {

    /** Not asked for by those who watch. */
    private static final String ENDPOINT = "%2Fdeployments%2F%7Bid%7D";

    private World world = new World();

    @AfterEach
    void stop() {
        world.close();
    }

    private SocketListener watch(String log, @Nullable Role role) throws Exception {
        int before = world.server.requests().listeners();
        SocketListener client = SocketListener.connect(
                world, "/ws/logs/" + log + (role == null ? "" : "?token=" + World.token(role)), null);
        await(() -> world.server.requests().listeners() > before || client.closed.isDone());
        return client;
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(5);
        }
    }

    private static Set<String> names(JsonNode message) {
        Set<String> names = new TreeSet<>();
        message.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void eachReaderSeesWhatIsForThem() throws Exception {
        SocketListener anybody = watch("all_logs", null);
        SocketListener viewer = watch("all", Role.VIEWER);
        SocketListener admin = watch("all_logs", Role.ADMIN);
        Api.of(world, Role.DEPLOYER).get("/deployments?limit=3").is(200);
        List<SocketListener> all = List.of(anybody, viewer, admin);
        for (SocketListener client : all) {
            await(() -> client.seen().stream()
                    .anyMatch(m -> m.get("endpoint").asText().equals("/deployments")));
        }
        List<JsonNode> seen = all.stream()
                .map(client -> client.seen().stream()
                        .filter(m -> m.get("endpoint").asText().equals("/deployments"))
                        .findFirst()
                        .orElseThrow())
                .toList();
        Set<String> redacted = new TreeSet<>(
                List.of("type", "id", "timestamp", "endpoint", "method", "status_code", "response_time_ms"));
        assertEquals(redacted, names(seen.get(0)));
        redacted.addAll(List.of("path", "client_ip", "user_agent", "user", "request_size", "response_size"));
        assertEquals(redacted, names(seen.get(1)));
        redacted.addAll(List.of("request_data", "response_data", "headers"));
        assertEquals(redacted, names(seen.get(2)));
        assertEquals("request", seen.get(0).get("type").asText());
        assertEquals("deployer", seen.get(1).get("user").asText());
        assertEquals("3", seen.get(2).at("/request_data/query/limit").asText());
        assertEquals(seen.get(0).get("id"), seen.get(2).get("id"));
    }

    @Test
    void anEndpointAPathAndARequestAreLogsOfTheirOwn() throws Exception {
        DeploymentId first = world.running();
        world.complete(first);
        DeploymentId second = world.pending("release").id();
        SocketListener template = watch("%2Fdeployments%2F%7Bid%7D", null);
        SocketListener path = watch("%2Fdeployments%2F" + second, null);
        SocketListener bare = watch("deployments", null);
        Api api = Api.of(world, Role.VIEWER);
        api.get("/deployments/" + first);
        await(() -> template.messages.size() == 1);
        for (String asked : List.of("/users", "/deployments/" + second, "/deployments")) {
            api.get(asked);
        }
        await(() -> template.messages.size() == 2 && path.messages.size() == 1 && bare.messages.size() == 1);
        assertEquals("/deployments", bare.messages.get(0).get("endpoint").asText());
        JsonNode seen = path.messages.get(0);
        assertEquals(template.messages.get(1), seen);
        SocketListener one = watch(seen.get("id").asText(), Role.VIEWER);
        assertEquals(1000, one.code());
        assertEquals("/deployments/" + second, one.messages.get(0).get("path").asText());
        assertEquals(seen.get("id"), one.messages.get(0).get("id"));
    }

    @Test
    void saysWhyItCloses() throws Exception {
        assertEquals(
                4001,
                SocketListener.connect(world, "/ws/logs/all?token=forged", null).code());
        assertEquals(
                4001,
                SocketListener.connect(world, "/ws/logs/all", "Basic YTpi").code());
        assertEquals(4004, watch("nothing", null).code());
        assertEquals(4004, watch("%2Fnothing%2Fhere", Role.ADMIN).code());
        assertEquals(4004, watch("01980b5e-7a51-7cc2-9c6b-0b7d1a2f3e4d", null).code());
        Api.of(world, null).get("/ws/logs/all").is(426);
        SocketListener watching = watch("all", null);
        world.server.close();
        assertEquals(1012, watching.code());
    }

    @Test
    void strangersAreRefusedWhereTheyAreNotWanted() throws Exception {
        world.close();
        world = new World(new Settings("127.0.0.1", 0, List.of(), null, false, World.TIMES, World.LIMITS));
        assertEquals(4001, watch("all", null).code());
        SocketListener viewer = watch("all", Role.VIEWER);
        Api.of(world, Role.VIEWER).get("/deployments").is(200);
        await(() -> !viewer.messages.isEmpty());
    }

    @Test
    void whoseRoleIsLessIsNotShownWhatTheyWere() throws Exception {
        world.close();
        world = new World(new Settings.Times(
                Duration.ofSeconds(30), Duration.ofMillis(200), Duration.ofSeconds(30), Duration.ofSeconds(1)));
        String token = world.begin(Role.DEPLOYER);
        SocketListener deployer = SocketListener.connect(world, "/ws/logs/all?token=" + token, null);
        await(() -> world.server.requests().listeners() > 0);
        Api.of(world, Role.ADMIN)
                .patch("/users/" + world.user(Role.DEPLOYER).id(), "{'role': 'viewer'}")
                .is(200);
        assertEquals(4001, deployer.code());
    }

    @Test
    void whatCouldNotBeLoggedIsTold() throws Exception {
        SocketListener client = watch("all", null);
        world.events.publish(new RequestsLogged(List.of(), 7));
        await(() -> !client.messages.isEmpty());
        assertEquals(
                "{\"type\":\"dropped\",\"count\":7}", client.messages.get(0).toString());
    }

    /** Of the stalled ones, each keeps so many messages and no more; the others get every one. */
    @Test
    void stalledClientsCostTheOthersNothingAndKeepOnlySoMuch() throws Exception {
        world.close();
        world = new World(new Settings.Times(
                Duration.ofSeconds(200), Duration.ofSeconds(100), Duration.ofSeconds(200), Duration.ofSeconds(1)));
        int each = 50;
        int count = 1200;
        List<Socket> stalled = new ArrayList<>();
        List<SocketListener> live = new ArrayList<>();
        try {
            for (int i = 0; i < each; i++) {
                stalled.add(open());
                live.add(watch(ENDPOINT, Role.ADMIN));
            }
            await(() -> world.server.requests().listeners() == 2 * each);
            for (int i = 0; i < count; i++) {
                world.events.publish(new RequestsLogged(List.of(large(i)), 0));
                int sent = i + 1;
                // The live ones keep up; how far the others are nobody asks.
                for (SocketListener client : live) {
                    await(() -> client.messages.size() >= sent - Channel.MOST_WAITING / 2);
                }
            }
            for (SocketListener client : live) {
                await(() -> client.messages.size() == count);
                assertTrue(client.seen().stream()
                        .allMatch(m -> m.get("type").asText().equals("request")));
                assertEquals(
                        count - 1,
                        client.messages.get(count - 1).get("status_code").asInt());
            }
            // One that goes on for a moment has fewer.
            int waiting = world.server.requests().waiting();
            assertTrue(waiting <= each * Channel.MOST_WAITING, () -> waiting + " wait");
            assertEquals(count, readAll(stalled.get(0), count));
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }
    }

    private static RequestEntry large(int number) {
        RequestEntry sample = Samples.request(number, Samples.NOW);
        return new RequestEntry(
                sample.id(),
                sample.at(),
                sample.method(),
                sample.endpoint(),
                sample.path(),
                number,
                sample.time(),
                sample.client(),
                new RequestEntry.Content(1, 1, "{}", null, "\"" + "x".repeat(8000) + "\""));
    }

    private Socket open() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), world.server.port()));
        socket.setSoTimeout(100_000);
        RawHttp.write(
                socket,
                "GET /ws/logs/" + ENDPOINT + "?token=" + World.token(Role.ADMIN)
                        + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        return socket;
    }

    /** How many messages a stalled client got and was told that it missed, once that is as many as there were. */
    private static long readAll(Socket socket, int count) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        RawHttp.readHead(in);
        long known = 0;
        long dropped = 0;
        while (known < count) {
            JsonNode message = frame(in);
            if (message == null) {
                continue;
            }
            boolean isDropped = message.get("type").asText().equals("dropped");
            dropped += isDropped ? message.get("count").asLong() : 0;
            known += isDropped ? message.get("count").asLong() : 1;
        }
        assertTrue(dropped > 0, "it was stalled");
        return known;
    }

    /** The next message; null for what is none. */
    private static @Nullable JsonNode frame(DataInputStream in) throws IOException {
        int opcode = in.readUnsignedByte() & 0x0F;
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = (int) in.readLong();
        }
        String text = new String(in.readNBytes(length), java.nio.charset.StandardCharsets.UTF_8);
        return opcode == 1 ? Api.parse(text) : null;
    }
}
