package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.identity.Role;
import dev.quark.core.problem.UnavailableException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileHttpTest {

    private final World world = new World();
    private final Api deployer = Api.of(world, Role.DEPLOYER);

    @AfterEach
    void stop() {
        world.close();
    }

    private static String head(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static void isProblem(int status, String reply) {
        assertTrue(reply.startsWith("HTTP/1.1 " + status + " "), reply);
        String[] parts = reply.split("\r\n\r\n", 2);
        assertTrue(parts[0].contains("Content-Type: application/problem+json"), reply);
        assertTrue(parts[0].contains("X-Process-Time: "), reply);
        assertTrue(parts[0].contains("X-Content-Type-Options: nosniff"), reply);
        assertFalse(parts[0].contains("Jetty"), reply);
        assertEquals(status, Api.parse(parts[1]).get("status").asInt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET /health HTTP/1.1\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: x\r\n bad: y\r\nConnection: close\r\n\r\n",
                "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
            })
    void whatIsNoHttpIsAProblem(String request) {
        isProblem(400, RawHttp.exchange(world, request));
    }

    @Test
    void headersHaveALimit() {
        isProblem(
                431,
                RawHttp.exchange(world, "GET /health HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(20_000) + "\r\n\r\n"));
    }

    @Test
    void aWebSocketWhereThereIsNoneIsAProblem() {
        isProblem(
                404,
                RawHttp.exchange(
                        world,
                        head(
                                "GET /nowhere HTTP/1.1",
                                "Host: x",
                                "Upgrade: websocket",
                                "Connection: Upgrade, close",
                                "Sec-WebSocket-Version: 13",
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")));
    }

    @Test
    void aBodyThatBreaksOffEndsTheRequest() {
        String head = "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
        try (World hasty = new World(new Settings.Times(
                Duration.ofMillis(500), Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofSeconds(1)))) {
            isProblem(408, RawHttp.exchange(hasty, head + "Content-Length: 100\r\n\r\n{"));
        }
        isProblem(400, RawHttp.exchange(world, head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"));
    }

    @Test
    void aBodyInPiecesIsTakenAndLimited() {
        String head = head(
                "POST /auth/login HTTP/1.1",
                "Host: x",
                "Content-Type: application/json",
                "Transfer-Encoding: chunked",
                "Connection: close");
        String login = "{\"username\":\"viewer\",\"password\":\"viewer\"}";
        String reply =
                RawHttp.exchange(world, head + Integer.toHexString(login.length()) + "\r\n" + login + "\r\n0\r\n\r\n");
        assertTrue(reply.startsWith("HTTP/1.1 200 "), reply);
        Api hook = Api.of(world, null).with("X-Hub-Signature-256", "x");
        byte[] largest = new byte[25 << 20];
        hook.send("POST", "/api/webhook", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(largest)))
                .is(401);
        hook.send(
                        "POST",
                        "/api/webhook",
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[largest.length + 1])))
                .is(413);
        isProblem(413, RawHttp.exchange(world, head + "5000\r\n" + "x".repeat(0x5000) + "\r\n0\r\n\r\n"));
    }

    /** A connection on which a push of 25 MiB is announced, and begun. */
    private static Socket begun(World patient, int bytes) throws IOException {
        Socket socket = RawHttp.connect(patient);
        RawHttp.write(socket, head("POST /api/webhook HTTP/1.1", "Host: x", "Content-Length: " + (25 << 20)));
        socket.getOutputStream().write(new byte[bytes]);
        return socket;
    }

    @Test
    void tooMuchAtOnceIsPutOffAndTakesNothingFromOthers() throws IOException {
        // Idle connections live long here: a hoarder that is cut off gives back what it took.
        try (World patient = new World();
                Socket hoarder = begun(patient, 24 << 20);
                Socket another = begun(patient, 24 << 20)) {
            String reply = "";
            // Until the server has read what the hoarders sent, there is room for a third.
            for (long start = System.nanoTime(); reply.isEmpty() && System.nanoTime() - start < 90_000_000_000L; ) {
                try (Socket socket = begun(patient, 4 << 20)) {
                    socket.setSoTimeout(500);
                    reply = RawHttp.readHead(socket.getInputStream());
                } catch (SocketTimeoutException e) {
                    // It was let in.
                }
            }
            assertTrue(reply.startsWith("HTTP/1.1 503 "), reply);
            assertTrue(reply.contains("Retry-After: 1"), reply);
            Api.of(patient, Role.DEPLOYER).post("/deploy/configs", "{}").is(422);
            assertTrue(hoarder.isConnected() && another.isConnected());
        }
    }

    @Test
    void whoOnlyAnnouncesABodyTakesNoRoomFromOthers() throws IOException {
        List<Socket> hoarders = new ArrayList<>();
        try (World patient = new World()) {
            for (int i = 0; i < 8; i++) {
                Socket socket = RawHttp.connect(patient);
                hoarders.add(socket);
                RawHttp.write(
                        socket,
                        head(
                                "POST /api/webhook HTTP/1.1",
                                "Host: x",
                                "Expect: 100-continue",
                                "Content-Length: " + (25 << 20)));
                assertTrue(RawHttp.readHead(socket.getInputStream()).startsWith("HTTP/1.1 100 "));
            }
            Api.of(patient, null)
                    .with("X-Hub-Signature-256", "x")
                    .send("POST", "/api/webhook", BodyPublishers.ofByteArray(new byte[1 << 20]))
                    .is(401);
            for (Socket socket : hoarders) {
                socket.close();
            }
        }
    }

    @Test
    void theBudgetIsGivenBack() {
        BodyBudget budget = new BodyBudget(100);
        budget.take(60, 0);
        assertThrows(UnavailableException.class, () -> budget.take(41, 0));
        budget.give(60);
        budget.take(100, 0);
        assertEquals(100, budget.taken());
    }

    @Test
    void largeBodiesLeaveRoomForOrdinaryOnes() {
        BodyBudget budget = new BodyBudget(64 << 20);
        budget.take(28 << 20, 0);
        budget.take(28 << 20, 0);
        assertThrows(UnavailableException.class, () -> budget.take(1, 28 << 20));
        budget.take(BodyBudget.ORDINARY, 0);
        assertEquals(57 << 20, budget.taken());
    }

    @Test
    void bodiesMustBeJsonAndWellFormed() {
        String path = "/deploy/configs";
        deployer.with("Content-Type", "application/x-www-form-urlencoded")
                .send("POST", path, "a=1")
                .is(415)
                .detail();
        deployer.with("Content-Type", "application/json", "Content-Encoding", "gzip")
                .send("POST", path, "x")
                .is(415);
        for (String bad : List.of("", "[]", "1", "{", "{}{}", "{} x", "{'a':1,'a':2}", "{'a':" + "[".repeat(70))) {
            String detail = deployer.post(path, bad).is(400).detail();
            assertTrue(detail.startsWith("The body "), detail);
        }
        String secret = deployer.post(path, "{'environment_variables':{'A':s3cr3t}}")
                .is(400)
                .detail();
        assertFalse(secret.contains("s3cr3t"));
        deployer.post(path, "{'a':'" + "x".repeat(2 << 20) + "'}").is(413);
    }

    @Test
    void unknownAddressesAndMethodsAreNamed() {
        deployer.get("/nowhere").is(404).detail();
        Api.Reply reply = deployer.send("PUT", "/deployments").is(405);
        assertEquals("GET, HEAD", reply.header("Allow"));
        assertEquals("This address does not take PUT, but GET, HEAD.", reply.detail());
        deployer.send("TRACE", "/health").is(405);
        deployer.send("FOO", "/health").is(405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"branch=%ff", "limit=%zz", "branch=%c3%28"})
    void parametersThatAreNoTextAreTheClientsFault(String query) {
        String token = "Authorization: Bearer " + World.token(Role.VIEWER) + "\r\n";
        isProblem(
                400,
                RawHttp.exchange(
                        world,
                        "GET /deployments?" + query + " HTTP/1.1\r\nHost: x\r\n" + token
                                + "Connection: close\r\n\r\n"));
    }

    @Test
    void aTokenInAnUnknownFormIsRefused() {
        String id = "/deployments/" + world.nextDeployment();
        for (String header : List.of("Basic YTpi", "Bearer", "Bearer ", "token-of-admin", "Bearer  ")) {
            Api.of(world, null).with("Authorization", header).get(id).is(401);
        }
        Api.of(world, null)
                .with("Authorization", "bearer   " + World.token(Role.VIEWER))
                .get(id)
                .is(404);
    }

    @Test
    void aConnectionIsReused() throws IOException {
        try (Socket socket = RawHttp.connect(world)) {
            for (int i = 0; i < 3; i++) {
                RawHttp.write(socket, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
                assertTrue(RawHttp.readHead(socket.getInputStream()).startsWith("HTTP/1.1 200 "));
                assertEquals(
                        "{\"status\":\"ok\"}",
                        new String(socket.getInputStream().readNBytes(15), StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void aPortInUseIsNamed() {
        Settings taken = Settings.of("127.0.0.1", world.server.port());
        UnavailableException e = assertThrows(UnavailableException.class, () -> HttpServer.start(taken, world.use));
        assertTrue(String.valueOf(e.getMessage()).contains("127.0.0.1:" + world.server.port()));
    }
}
