package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.identity.Role;
import dev.quark.core.log.LogStream;
import dev.quark.core.log.LogWriter;
import dev.quark.core.log.SpoolPosition;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class LogSocketTest {

    private World world = new World();

    @AfterEach
    void stop() {
        world.close();
    }

    private String token() {
        return "token=" + World.token(Role.VIEWER);
    }

    private SocketListener connect(String path, String query) throws Exception {
        return connect(path, query, null);
    }

    private SocketListener connect(String path, String query, @Nullable String authorization) throws Exception {
        return SocketListener.connect(world, path + "?" + query, authorization);
    }

    private SocketListener connect(DeploymentId id, String query) throws Exception {
        return connect("/deployments/" + id + "/logs", query + "&" + token());
    }

    private static List<Integer> range(int from, int to) {
        List<Integer> range = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            range.add(i);
        }
        return range;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/deployments/", "/deploy/deployments/"})
    void streamsStoredLinesThenLiveOnesAndEnds(String prefix) throws Exception {
        DeploymentId id = world.pending().id();
        world.print(id, 1, 2);
        SocketListener client = connect(prefix + id + "/logs", token());
        client.awaitMessages(3);
        world.start(id);
        client.awaitMessages(4);
        world.print(id, 3, 3);
        world.complete(id);
        assertEquals(1000, client.code());
        assertEquals("[line 1, line 2, pending, in_progress, line 3, completed]", client.spelled());
        assertEquals(
                "{\"type\":\"log\",\"data\":\"line 1\",\"seq\":1,\"at\":\"2026-11-23T10:00:02.007Z\",\"stream\":\"stdout\"}",
                client.messages.get(0).toString());
        assertEquals(
                "{\"type\":\"status\",\"status\":\"completed\",\"data\":\"completed\"}",
                client.messages.get(5).toString());
    }

    @Test
    void givesOnlyWhatComesAfter() throws Exception {
        DeploymentId id = world.running();
        world.print(id, 1, 5000);
        world.complete(id);
        for (int after : new int[] {0, 1, 1999, 2000, 2001, 4999, 5000, 9999}) {
            SocketListener client = connect(id, "after=" + after);
            assertEquals(1000, client.code());
            assertEquals(range(after + 1, 5000), client.seqs());
        }
    }

    @Test
    void beginsInTheMiddleOfABatchThatIsInMemory() throws Exception {
        DeploymentId id = world.running();
        try (LogWriter open = world.logs.write(id.log())) {
            open.append(
                    range(1, 100).stream()
                            .map(i -> new LogWriter.Text(LogStream.STDOUT, "line " + i))
                            .toList(),
                    Instant.EPOCH,
                    SpoolPosition.START);
            SocketListener single = connect(id, "after=50");
            SocketListener batched = connect(id, "after=60&batch=true");
            single.awaitMessages(51);
            batched.awaitMessages(2);
            world.complete(id);
            assertEquals(1000, single.code());
            assertEquals(1000, batched.code());
            assertEquals(range(51, 100), single.seqs());
            assertEquals(range(61, 100), batched.seqs());
        }
    }

    @Test
    void packsLinesIntoBatches() throws Exception {
        DeploymentId id = world.running();
        world.print(id, 1, 3000);
        world.complete(id);
        SocketListener client = connect(id, "batch=true&after=10");
        assertEquals(1000, client.code());
        assertEquals(range(11, 3000), client.seqs());
        assertTrue(client.messages.size() < 30, () -> client.messages.size() + " messages");
        assertEquals(
                "{\"data\":\"line 20\",\"seq\":20,\"at\":\"2026-11-23T10:00:02.007Z\",\"stream\":\"stderr\"}",
                client.messages.get(0).get("lines").get(9).toString());
    }

    @Test
    void sendsTheLongestLinesWhole() throws Exception {
        DeploymentId id = world.running();
        List<String> texts = List.of("\u0001".repeat(16_384), "ä", "x".repeat(16_384), "😀".repeat(8192), "");
        try (LogWriter writer = world.logs.write(id.log())) {
            writer.append(
                    texts.stream()
                            .map(text -> new LogWriter.Text(LogStream.STDOUT, text))
                            .toList(),
                    Instant.EPOCH,
                    SpoolPosition.START);
        }
        world.complete(id);
        SocketListener single = connect(id, "batch=false");
        SocketListener batched = connect(id, "batch=true");
        assertEquals(1000, single.code());
        assertEquals(1000, batched.code());
        assertEquals(
                texts,
                single.messages.subList(0, 5).stream()
                        .map(m -> m.get("data").asText())
                        .toList());
        assertEquals(range(1, 5), batched.seqs());
    }

    @Test
    void manyClientsSeeEachLineOnceAndInOrderWhileItIsWritten() throws Exception {
        DeploymentId id = world.running();
        Thread writer = Thread.startVirtualThread(() -> {
            for (int i = 0; i < 400; i++) {
                world.print(id, i * 50 + 1, i * 50 + 50);
            }
            world.complete(id);
        });
        List<SocketListener> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clients.add(connect(id, "batch=" + (i % 2 == 0) + "&after=" + i * 7));
        }
        writer.join();
        for (int i = 0; i < clients.size(); i++) {
            assertEquals(1000, clients.get(i).code());
            assertEquals(range(i * 7 + 1, 20_000), clients.get(i).seqs());
        }
    }

    @Test
    void endsWhenTheSessionIsRevoked() throws Exception {
        world.close();
        world = new World(new Settings.Times(
                Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(1)));
        DeploymentId id = world.running();
        String token = world.begin(Role.VIEWER);
        SocketListener client = connect("/deployments/" + id + "/logs", "token=" + token);
        Api other = Api.of(world, null).withToken(token);
        other.send("POST", "/auth/logout").is(200);
        assertEquals(4001, client.code());
    }

    @Test
    void saysWhyItCloses() throws Exception {
        DeploymentId id = world.running();
        String path = "/deployments/" + id + "/logs";
        assertEquals(4001, connect(path, "").code());
        assertEquals(4001, connect(path, "token=forged").code());
        assertEquals(4001, connect(path, "", "Basic YTpi").code());
        assertEquals(4001, connect("/deployments/x/logs", "").code());
        assertEquals(4004, connect("/deployments/x/logs", token()).code());
        assertEquals(
                4004,
                connect("/deployments/" + world.nextDeployment() + "/logs", token())
                        .code());
        for (String after : List.of("x", "-1", "1.5", "99999999999999999999")) {
            assertEquals(
                    "4000 after must be the seq of a line, or 0.",
                    connect(id, "after=" + after).closed.get(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void takesTheTokenFromTheHeaderToo() throws Exception {
        DeploymentId id = world.running();
        world.complete(id);
        SocketListener client = connect("/deployments/" + id + "/logs", "", "Bearer " + World.token(Role.VIEWER));
        assertEquals(1000, client.code());
    }

    @Test
    void endsWhereTheDeploymentIsDeleted() throws Exception {
        DeploymentId id = world.pending().id();
        SocketListener client = connect(id, "");
        client.awaitMessages(1);
        Api.of(world, Role.DEPLOYER).delete("/deployments/" + id).is(204);
        world.logs.wake(id.log());
        assertEquals(1000, client.code());
    }

    @Test
    void ignoresWhatItIsTold() throws Exception {
        DeploymentId id = world.running();
        SocketListener client = connect(id, "");
        client.awaitMessages(1);
        WebSocket socket = assertNotNullAnd(client.socket);
        socket.sendText("{\"hello\":1}", true).get(60, TimeUnit.SECONDS);
        socket.sendBinary(ByteBuffer.wrap(new byte[100]), true).get(60, TimeUnit.SECONDS);
        world.print(id, 1, 1);
        client.awaitMessages(2);
        assertEquals("[in_progress, line 1]", client.spelled());
        CompletableFuture<WebSocket> tooLong = socket.sendText("x".repeat(10_000), true);
        assertEquals(1009, client.code());
        tooLong.handle((sent, failed) -> true).get(60, TimeUnit.SECONDS);
    }

    private static <T> T assertNotNullAnd(@Nullable T value) {
        assertNotNull(value);
        return java.util.Objects.requireNonNull(value);
    }

    @Test
    void tellsClientsToConnectAgainWhenItStops() throws Exception {
        DeploymentId id = world.running();
        SocketListener client = connect(id, "");
        client.awaitMessages(1);
        world.server.close();
        assertEquals(1012, client.code());
    }

    @Test
    void offersNoCompression() throws IOException {
        DeploymentId id = world.running();
        try (Socket socket = raw(id, "Sec-WebSocket-Extensions: permessage-deflate\r\n")) {
            String head = RawHttp.readHead(socket.getInputStream());
            assertTrue(head.startsWith("HTTP/1.1 101 "), head);
            assertTrue(!head.contains("permessage-deflate"), head);
        }
    }

    private Socket raw(DeploymentId id, String headers) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), world.server.port()));
        socket.setSoTimeout(90_000);
        RawHttp.write(
                socket,
                "GET /deployments/" + id + "/logs?" + token() + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers + "\r\n");
        return socket;
    }

    /** The payload of the next frame; its opcode is left in {@code opcode}. */
    private static String frame(DataInputStream in, int[] opcode) throws IOException {
        opcode[0] = in.readUnsignedByte() & 0x0F;
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = (int) in.readLong();
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new String(payload, StandardCharsets.UTF_8);
    }

    @Test
    void aClientThatTakesNothingIsDroppedAndMissesNothing() throws Exception {
        world.close();
        world = new World(new Settings.Times(
                Duration.ofSeconds(30), Duration.ofSeconds(15), Duration.ofSeconds(3), Duration.ofSeconds(1)));
        DeploymentId id = world.running();
        int last = 0;
        try (Socket stalled = raw(id, "")) {
            for (int i = 0; i < 100; i++) {
                world.print(id, i * 2000 + 1, i * 2000 + 2000);
            }
            // So little that it is sent at once, even where this machine lets its client wait.
            SocketListener other = connect(id, "batch=true&after=199000");
            world.complete(id);
            assertEquals(1000, other.code());
            assertEquals(range(199_001, 200_000), other.seqs());
            while (world.server.streams() > 0) {
                Thread.sleep(5);
            }
            DataInputStream in = new DataInputStream(stalled.getInputStream());
            RawHttp.readHead(in);
            try {
                int[] opcode = new int[1];
                while (true) {
                    last = Api.parse(frame(in, opcode)).path("seq").asInt(last);
                }
            } catch (EOFException | java.net.SocketException e) {
                assertTrue(last < 200_000, "it was dropped before the end");
            }
        }
        try (HttpServer patient = HttpServer.start(Settings.of("127.0.0.1", 0), world.use)) {
            SocketListener again =
                    SocketListener.connect(patient, "/deployments/" + id + "/logs?" + token() + "&after=" + last, null);
            assertEquals(1000, again.code());
            assertEquals(range(last + 1, 200_000), again.seqs());
        }
    }

    @Test
    void aClientThatIsGoneIsDropped() throws Exception {
        world.close();
        world = new World(new Settings.Times(
                Duration.ofSeconds(30), Duration.ofMillis(50), Duration.ofSeconds(30), Duration.ofSeconds(1)));
        DeploymentId id = world.running();
        try (Socket gone = raw(id, "")) {
            DataInputStream in = new DataInputStream(gone.getInputStream());
            RawHttp.readHead(in);
            int[] opcode = new int[1];
            frame(in, opcode);
            int pings = 0;
            try {
                while (true) {
                    frame(in, opcode);
                    assertEquals(9, opcode[0]);
                    pings++;
                }
            } catch (EOFException | java.net.SocketException e) {
                assertTrue(pings >= 3, () -> "dropped too early");
            }
        }
    }

    @Test
    void aQuietClientIsPingedAndStaysLongerThanAConnectionMayBeIdle() throws Exception {
        world.close();
        world = new World(new Settings.Times(
                Duration.ofSeconds(5), Duration.ofMillis(1200), Duration.ofSeconds(30), Duration.ofSeconds(1)));
        DeploymentId id = world.running();
        SocketListener client = connect(id, "");
        while (client.pings.get() < 6 && !client.closed.isDone()) {
            Thread.sleep(5);
        }
        world.complete(id);
        assertEquals(1000, client.code());
    }

    @Test
    void aClientThatLeavesFreesItsThread() throws Exception {
        DeploymentId id = world.running();
        SocketListener client = connect(id, "");
        client.awaitMessages(1);
        assertNotNullAnd(client.socket).sendClose(WebSocket.NORMAL_CLOSURE, "").get(60, TimeUnit.SECONDS);
        client.closed.get(60, TimeUnit.SECONDS);
        while (world.server.streams() > 0) {
            Thread.sleep(5);
        }
    }
}
