package dev.quark.runner.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.HostPattern;
import dev.quark.core.config.PathPrefix;
import dev.quark.core.service.Cutover;
import dev.quark.core.service.Drain;
import dev.quark.core.service.Route;
import dev.quark.core.service.TrafficRouter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the router's process does with the bytes of requests and responses. */
@Timeout(120)
final class ProxyTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static Router router;
    private static int port;

    private final ConfigId config = new ConfigId(UUID.randomUUID());
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void start() {
        router = Router.builtIn(RouterUnderTest.settings(directory, 0, "build", List.of(), "-Xmx48m"));
        router.start();
    }

    @AfterAll
    static void stop() {
        router.close();
        RouterUnderTest.end(directory);
    }

    @AfterEach
    void close() throws Exception {
        routes().remove(config);
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private static TrafficRouter routes() {
        return router.routes();
    }

    private void route(String release, Duration drain, boolean strip, String prefix, Integer... ports) {
        routes().switchTo(new Route(
                config,
                List.of(new HostPattern("app.test")),
                new PathPrefix(prefix),
                strip,
                release,
                List.of(ports),
                drain));
        port = new RouterClient(directory.resolve("control"))
                .hello()
                .orElseThrow()
                .port();
    }

    private void route(TestApp... apps) {
        Integer[] ports = new Integer[apps.length];
        for (int i = 0; i < apps.length; i++) {
            ports[i] = apps[i].port();
        }
        route("r1", LONG, false, "/", ports);
    }

    private <T extends AutoCloseable> T own(T part) {
        open.add(part);
        return part;
    }

    private RawHttp client() throws IOException {
        return own(new RawHttp(port));
    }

    /** A port that is nobody else's, and on which nothing listens. */
    private int refusing() throws IOException {
        Socket socket = own(new Socket());
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return socket.getLocalPort();
    }

    @Test
    void theAppIsToldWhoAsksForWhatAndTheHostIsKept() throws Exception {
        TestApp app = own(TestApp.saying("ok"));
        route(app);

        client().get("App.Test:8080", "/a%2Fb?q=%20&r");

        TestApp.Request seen = app.requests.getFirst();
        assertEquals("GET /a%2Fb?q=%20&r HTTP/1.1", seen.line());
        assertEquals("App.Test:8080", seen.header("host"));
        assertEquals("127.0.0.1", seen.header("x-forwarded-for"));
        assertEquals("http", seen.header("x-forwarded-proto"));
        assertEquals("App.Test:8080", seen.header("x-forwarded-host"));
    }

    @Test
    void aClientCannotForgeWhereItComesFrom() throws Exception {
        TestApp app = own(TestApp.saying("ok"));
        route(app);

        client().get(
                        "app.test",
                        "/",
                        "X-Forwarded-For: 6.6.6.6",
                        "X-Forwarded-Proto: https",
                        "X-Forwarded-Host: evil.test",
                        "X_Forwarded_For: 6.6.6.6",
                        "X-Real-IP: 6.6.6.6",
                        "Forwarded: for=6.6.6.6",
                        "X-Forwarded-Prefix: /evil");

        TestApp.Request seen = app.requests.getFirst();
        assertEquals(List.of("127.0.0.1"), seen.all("x-forwarded-for"));
        assertEquals(List.of("http"), seen.all("x-forwarded-proto"));
        assertEquals(List.of("app.test"), seen.all("x-forwarded-host"));
        assertFalse(String.join("\n", seen.head()).contains("6.6.6.6"));
        assertFalse(String.join("\n", seen.head()).contains("evil"));
    }

    @Test
    void headersBetweenNeighboursGoNoFurther() throws Exception {
        TestApp app = own(new TestApp((request, in, out) -> {
            out.write(
                    ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\n"
                                    + "X-Other: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nok")
                            .getBytes(StandardCharsets.ISO_8859_1));
            return true;
        }));
        route(app);

        RawHttp.Response response = client().get(
                        "app.test",
                        "/",
                        "Connection: keep-alive, X-Hop",
                        "X-Hop: 1",
                        "Keep-Alive: 5",
                        "TE: trailers",
                        "Proxy-Authorization: secret",
                        "X-Stays: 1");

        TestApp.Request seen = app.requests.getFirst();
        for (String name : List.of("x-hop", "keep-alive", "te", "proxy-authorization", "upgrade")) {
            assertEquals("", seen.header(name), name);
        }
        assertEquals("1", seen.header("x-stays"));
        assertEquals("", response.header("x-mine"));
        assertEquals("", response.header("keep-alive"));
        assertEquals("2", response.header("x-other"));
        assertEquals("a=1,b=2", response.header("set-cookie"));
    }

    @Test
    void aPrefixIsStrippedWhereTheConfigSaysSo() throws Exception {
        TestApp app = own(TestApp.saying("ok"));
        route("r1", LONG, true, "/api", app.port());

        RawHttp client = client();
        client.get("app.test", "/api/users?q=/api");
        client.get("app.test", "/api?q");

        assertEquals("GET /users?q=/api HTTP/1.1", app.requests.get(0).line());
        assertEquals("/api", app.requests.get(0).header("x-forwarded-prefix"));
        assertEquals("GET /?q HTTP/1.1", app.requests.get(1).line());
    }

    @Test
    void connectionsAreReusedOnBothSides() throws Exception {
        TestApp app = own(TestApp.saying("ok"));
        route(app);
        RawHttp client = client();

        for (int i = 0; i < 20; i++) {
            assertEquals("ok", client.get("app.test", "/").body());
        }

        assertEquals(20, app.requests.getLast().number());
    }

    @Test
    void aConnectionThatTheAppClosesInTheWrongMomentIsNoFailure() throws Exception {
        TestApp app = own(new TestApp((request, in, out) -> {
            if (request.number() > 1) {
                return false;
            }
            TestApp.answer(out, 200, "ok");
            return true;
        }));
        route(app);
        RawHttp client = client();

        for (int i = 0; i < 50; i++) {
            assertEquals(200, client.get("app.test", "/").status());
        }
        for (int i = 0; i < 50; i++) {
            client.send(RawHttp.request("POST", "app.test", "/", "Content-Length: 1") + "\r\nx");
            assertEquals(200, client.read().status());
        }
        assertEquals(0, routes().traffic(config).orElseThrow().failures());
    }

    @Test
    void whatCannotBeRepeatedIsSentOnce() throws Exception {
        AtomicInteger posts = new AtomicInteger();
        TestApp app = own(new TestApp((request, in, out) -> {
            posts.incrementAndGet();
            return false;
        }));
        route(app);

        RawHttp client = client().send(RawHttp.request("POST", "app.test", "/", "Content-Length: 1") + "\r\nx");

        assertEquals(502, client.read().status());
        assertEquals(1, posts.get());
    }

    @Test
    void aRequestThatKillsItsInstanceIsNotSentToTheNext() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        TestApp.Behaviour dies = (request, in, out) -> {
            seen.incrementAndGet();
            return false;
        };
        route(own(new TestApp(dies)), own(new TestApp(dies)));

        assertEquals(502, client().get("app.test", "/").status());
        assertEquals(1, seen.get());
    }

    @Test
    void anInstanceThatRefusesIsSkipped() throws Exception {
        TestApp app = own(TestApp.saying("ok"));
        route("r1", LONG, false, "/", refusing(), app.port());
        RawHttp client = client();

        for (int i = 0; i < 20; i++) {
            assertEquals(200, client.get("app.test", "/").status());
            client.send(RawHttp.request("POST", "app.test", "/", "Content-Length: 1") + "\r\nx");
            assertEquals(200, client.read().status());
        }
    }

    @Test
    void whereEveryInstanceRefusesItIsUnavailable() throws Exception {
        route("r1", LONG, false, "/", refusing());

        RawHttp.Response response = client().get("app.test", "/");

        assertEquals(503, response.status());
        assertEquals("5", response.header("retry-after"));
    }

    @Test
    void anUnknownHostIsToldSo() throws Exception {
        route(own(TestApp.saying("ok")));

        RawHttp.Response response = client().get("<other>.test", "/");
        RawHttp.Response plain = client().get("other.test", "/");

        assertEquals(400, response.status());
        assertEquals(404, plain.status());
        assertTrue(plain.body().contains("other.test"), plain.body());
    }

    @Test
    void responsesAreStreamedAsTheyCome() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        route(own(new TestApp((request, in, out) -> {
            out.write(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n"
                            .getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            seen.await();
            out.write("9\r\ndata: 2\n\n\r\n0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            return true;
        })));

        RawHttp client = client().send(RawHttp.request("GET", "app.test", "/") + "\r\n");
        String line = RawHttp.line(client.in);
        while (line != null && !line.startsWith("data")) {
            line = RawHttp.line(client.in);
        }
        assertEquals("data: 1", line);
        seen.countDown();
        while (line != null && !line.equals("data: 2")) {
            line = RawHttp.line(client.in);
        }
        assertEquals("data: 2", line);
    }

    @Test
    void requestsAreStreamedAsTheyCome() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        route(own(new TestApp((request, in, out) -> {
            RawHttp.line(in);
            assertEquals("abc", RawHttp.line(in));
            first.countDown();
            RawHttp.line(in);
            assertEquals("def", RawHttp.line(in));
            RawHttp.line(in);
            RawHttp.line(in);
            TestApp.answer(out, 200, "whole");
            return true;
        })));

        RawHttp client = client().send(
                        RawHttp.request("POST", "app.test", "/", "Transfer-Encoding: chunked") + "\r\n3\r\nabc\r\n");
        first.await();
        client.send("3\r\ndef\r\n0\r\n\r\n");

        assertEquals("whole", client.read().body());
    }

    @Test
    void aBodyOfFiveHeapsGoesThroughBothWays() throws Exception {
        long size = 1L << 28;
        route(own(new TestApp((request, in, out) -> {
            long left = request.line().startsWith("POST") ? size : 0;
            byte[] block = new byte[1 << 16];
            while (left > 0) {
                left -= in.read(block, 0, (int) Math.min(block.length, left));
            }
            if (request.line().startsWith("POST")) {
                TestApp.answer(out, 200, "got it");
                return true;
            }
            out.write(
                    ("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            for (long sent = 0; sent < size; sent += block.length) {
                out.write(block);
            }
            return true;
        })));
        RawHttp client = client();

        client.send(RawHttp.request("POST", "app.test", "/", "Content-Length: " + size) + "\r\n");
        write(client.socket.getOutputStream(), size);
        assertEquals("got it", client.read().body());

        client.send(RawHttp.request("GET", "app.test", "/") + "\r\n");
        RawHttp.head(client.in);
        client.in.skipNBytes(size);
    }

    private static void write(OutputStream out, long size) throws IOException {
        byte[] block = new byte[1 << 16];
        for (long sent = 0; sent < size; sent += block.length) {
            out.write(block);
        }
        out.flush();
    }

    @Test
    void aClientThatReadsSlowlyIsWaitedFor() throws Exception {
        int size = 64 << 20;
        CountDownLatch another = new CountDownLatch(1);
        route(own(new TestApp((request, in, out) -> {
            if (request.path().equals("/other")) {
                TestApp.answer(out, 200, "ok");
                return true;
            }
            out.write(
                    ("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            byte[] block = new byte[1 << 16];
            for (int sent = 0; sent < size; sent += block.length) {
                out.write(block);
                if (sent >= 1 << 20) {
                    another.countDown();
                }
            }
            return true;
        })));

        RawHttp slow = client().send(RawHttp.request("GET", "app.test", "/") + "\r\n");
        another.await();
        assertEquals("ok", client().get("app.test", "/other").body());
        RawHttp.head(slow.in);
        slow.in.skipNBytes(size);
    }

    @Test
    void aClientThatGoesAwayTakesItsRequestWithIt() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch noticed = new CountDownLatch(1);
        TestApp app = own(new TestApp((request, in, out) -> {
            if (request.path().equals("/other")) {
                TestApp.answer(out, 200, "ok");
                return true;
            }
            arrived.countDown();
            if (in.read() < 0) {
                noticed.countDown();
            }
            return false;
        }));
        route(app);

        RawHttp client = client().send(RawHttp.request("GET", "app.test", "/") + "\r\n");
        arrived.await();
        client.close();

        noticed.await();
        assertEquals(200, client().get("app.test", "/other").status());
        assertEquals(0, routes().traffic(config).orElseThrow().failures());
    }

    @Test
    void aResponseThatBreaksOffIsSeenToBeIncomplete() throws Exception {
        route(own(new TestApp((request, in, out) -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
                    .getBytes(StandardCharsets.ISO_8859_1));
            return false;
        })));

        RawHttp client = client().send(RawHttp.request("GET", "app.test", "/") + "\r\n");
        try {
            fail("taken for whole: " + client.read());
        } catch (IOException e) {
            assertNotNull(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
                "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG",
                "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
                "Content-Length: +5\r\n\r\nabcde",
                "Content-Length: 5, 6\r\n\r\nabcde",
                "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: identity\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                "Host: other.test\r\nContent-Length: 0\r\n\r\n",
                " folded: x\r\nContent-Length: 0\r\n\r\n",
                "Bad Name: x\r\nContent-Length: 0\r\n\r\n"
            })
    void whatTwoReadersCouldTakeForDifferentRequestsIsRefused(String rest) throws Exception {
        TestApp app = own(TestApp.saying("smuggled"));
        route(app);

        RawHttp client = client().send("POST / HTTP/1.1\r\nHost: app.test\r\n" + rest);
        RawHttp.Response response = client.read();

        assertTrue(response.status() >= 400 && response.status() < 500, response.toString());
        assertTrue(client.isClosed(), "the rest must not be read as a request");
        assertEquals(List.of(), app.requests);
    }

    @Test
    void aHeadThatIsTooLargeIsRefused() throws Exception {
        TestApp app = own(TestApp.saying("ok"));
        route(app);

        assertEquals(
                431,
                client().get("app.test", "/", "X-Big: " + "a".repeat(40_000)).status());
        assertEquals(414, client().get("app.test", "/" + "a".repeat(20_000)).status());
        assertEquals(
                200,
                client().get("app.test", "/", "X-Big: " + "a".repeat(20_000)).status());
    }

    @Test
    void anExpectationToContinueIsMetByTheApp() throws Exception {
        route(own(new TestApp((request, in, out) -> {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            TestApp.answer(out, 200, new String(in.readNBytes(3), StandardCharsets.ISO_8859_1));
            return true;
        })));

        RawHttp client = client().send(
                        RawHttp.request("POST", "app.test", "/", "Content-Length: 3", "Expect: 100-continue") + "\r\n");
        assertEquals("HTTP/1.1 100 Continue", RawHttp.head(client.in).getFirst());
        client.send("abc");

        assertEquals("abc", client.read().body());
    }

    @Test
    void headAndEmptyResponsesHaveNoBody() throws Exception {
        route(own(new TestApp((request, in, out) -> {
            String answer = request.path().equals("/204")
                    ? "HTTP/1.1 204 No Content\r\n\r\n"
                    : "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
            out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
            return true;
        })));
        RawHttp client = client();

        client.send(RawHttp.request("HEAD", "app.test", "/") + "\r\n");
        List<String> head = RawHttp.head(client.in);
        assertEquals("1000", RawHttp.header(head, "content-length"));
        assertEquals(204, client.get("app.test", "/204").status());
        client.send(RawHttp.request("HEAD", "app.test", "/") + "\r\n");
        assertTrue(RawHttp.head(client.in).getFirst().contains("200"));
    }

    @Test
    void anOldClientGetsABodyOfUnknownLengthToTheConnectionsEnd() throws Exception {
        route(own(new TestApp((request, in, out) -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                    .getBytes(StandardCharsets.ISO_8859_1));
            return true;
        })));

        RawHttp.Response response =
                client().send("GET / HTTP/1.0\r\nHost: app.test\r\n\r\n").read();

        assertEquals("abc", response.body());
        assertEquals("", response.header("transfer-encoding"));
    }

    private List<RawHttp> aHundredWebSockets() throws IOException {
        route(own(new TestApp(ProxyTest::webSocket)));
        List<RawHttp> sockets = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            RawHttp socket = client();
            socket.send(RawHttp.request(
                            "GET",
                            "app.test",
                            "/ws",
                            "Connection: keep-alive, Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
                    + "\r\n");
            assertEquals(101, socket.read().status());
            sockets.add(socket);
        }
        return sockets;
    }

    @Test
    void aHundredWebSocketsStayOpenAcrossASwitch() throws Exception {
        List<RawHttp> sockets = aHundredWebSockets();

        route("r2", LONG, false, "/", own(TestApp.saying("two")).port());

        for (RawHttp socket : sockets) {
            socket.socket.getOutputStream().write(new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'});
            assertEquals(List.of(0x81, 1, (int) 'x'), List.of(socket.in.read(), socket.in.read(), socket.in.read()));
        }
        assertEquals("two", client().get("app.test", "/").body());
        assertInstanceOf(Drain.UnderWay.class, routes().awaitDrain(config, "r2", Duration.ZERO));
        for (RawHttp socket : sockets) {
            socket.close();
        }
        assertInstanceOf(Drain.Over.class, routes().awaitDrain(config, "r2", LONG));
    }

    @Test
    void aHundredWebSocketsAreClosedWith1012WhenTheirTimeIsOver() throws Exception {
        List<RawHttp> sockets = aHundredWebSockets();

        route(
                "r2",
                Duration.ofMillis(50),
                false,
                "/",
                own(TestApp.saying("two")).port());

        for (RawHttp socket : sockets) {
            assertEquals(
                    List.of(0x88, 2, 0x03, 0xf4),
                    List.of(socket.in.read(), socket.in.read(), socket.in.read(), socket.in.read()));
            socket.close();
        }
        Drain.Over over = assertInstanceOf(Drain.Over.class, routes().awaitDrain(config, "r2", LONG));
        Cutover cutover = over.cutover();
        assertNotNull(cutover);
        assertEquals(0, cutover.failed());
        assertEquals(100, cutover.requests());
    }

    /** An app that sends every frame back. */
    static boolean webSocket(TestApp.Request request, InputStream in, OutputStream out) throws IOException {
        out.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                .getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        while (true) {
            int opcode = in.read();
            if (opcode < 0) {
                return false;
            }
            int length = in.read() & 0x7f;
            in.skipNBytes(4);
            byte[] data = in.readNBytes(length);
            out.write(opcode);
            out.write(length);
            out.write(data);
            out.flush();
        }
    }

    @Test
    void aWebSocketThatTheAppRefusesIsRefused() throws Exception {
        route(own(TestApp.saying("no")));

        RawHttp.Response response = client().get(
                        "app.test",
                        "/",
                        "Connection: Upgrade",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");

        assertEquals(200, response.status());
        assertEquals("no", response.body());
    }
}
