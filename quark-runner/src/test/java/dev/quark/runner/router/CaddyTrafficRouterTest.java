package dev.quark.runner.router;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.HostPattern;
import dev.quark.core.config.PathPrefix;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.service.Route;
import dev.quark.core.service.TrafficRouter;
import dev.quark.core.testing.FreePorts;
import dev.quark.runner.caddy.CaddySettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, with a real Caddy before the router's process. */
final class CaddyTrafficRouterTest extends SocketRouterContract {

    @TempDir
    static Path directory;

    private static CaddyUnderTest caddy;
    private static int behind;
    private static Router router;

    @BeforeAll
    static void start() throws IOException {
        caddy = new CaddyUnderTest(directory.resolve("caddy"));
        behind = FreePorts.next();
        router = router(caddy.admin(), "127.0.0.1:" + caddy.httpPort);
    }

    private static Router router(URI admin, String listen) {
        Router made = Router.behindCaddy(
                RouterUnderTest.settings(directory.resolve("router"), behind, "build", List.of("127.0.0.1")),
                new CaddySettings(admin, listen, behind, List.of()));
        made.start();
        return made;
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (router != null) {
            router.close();
            RouterUnderTest.end(directory.resolve("router"));
        }
        if (caddy != null) {
            caddy.close();
        }
    }

    @AfterEach
    void removeRoutes() throws IOException {
        router.routes().routes().stream().map(Route::config).forEach(router.routes()::remove);
        caddy.load("{}");
    }

    @Override
    protected TrafficRouter router() {
        return router.routes();
    }

    @Override
    protected TrafficRouter restarted() {
        useAnother("127.0.0.1:" + caddy.httpPort);
        return router.routes();
    }

    private static void useAnother(String listen) {
        router.close();
        router = router(caddy.admin(), listen);
    }

    @Override
    int routerPort() {
        return caddy.httpPort;
    }

    @Test
    void noRequestIsLostHoweverOftenAReleaseFollowsAnother() throws Exception {
        int one = app("one");
        int two = app("two");
        router().switchTo(route(shop(), "shop.test", "/", "r0", one));
        try (Users users = new Users(routerPort(), "shop.test")) {
            for (int i = 1; i <= 20; i++) {
                int before = users.answered();
                await().atMost(LONG).until(() -> users.answered() > before + 20);
                router().switchTo(route(shop(), "shop.test", "/", "r" + i, i % 2 == 0 ? one : two));
            }
            int before = users.answered();
            await().atMost(LONG).until(() -> users.answered() > before + 20);
            assertEquals(Set.of(), users.failures());
        }
    }

    @Test
    void anotherConfigurationIsGivenTheHostsAgain() throws Exception {
        router().switchTo(route(shop(), "shop.test", "/", "r1", app("one")));

        caddy.load("{}");

        await().atMost(LONG).ignoreExceptions().until(() -> Answer.of("one").equals(get("shop.test", "/")));
    }

    @Test
    void aCaddyThatWasStartedAnewIsGivenTheHostsAgain() throws Exception {
        router().switchTo(route(shop(), "shop.test", "/", "r1", app("one")));

        caddy.kill();
        caddy.startAgain();

        await().atMost(LONG).ignoreExceptions().until(() -> Answer.of("one").equals(get("shop.test", "/")));
    }

    @Test
    void withoutCaddyNothingIsSwitchedAndItSaysWhatToDo() throws Exception {
        Route first = route(shop(), "shop.test", "/", "r1", app("one"));
        router().switchTo(first);
        Route second = route(shop(), "shop.test", "/", "r2", app("two"));

        caddy.kill();
        try {
            UnavailableException fault = assertThrows(UnavailableException.class, () -> router().switchTo(second));
            assertTrue(fault.getMessage().contains("CADDY_ADMIN_URL"), fault::getMessage);
            assertEquals(List.of(first), router().routes());
        } finally {
            caddy.startAgain();
        }
        await().atMost(LONG).ignoreExceptions().until(() -> Answer.of("one").equals(get("shop.test", "/")));
    }

    @Test
    void sitesOfOthersInTheSameServerStayAsTheyAre() throws Exception {
        String sites = """
                {"mine": {"listen": [":%d"], "routes": [
                  {"match": [{"host": ["own.test"]}], "terminal": true,
                   "handle": [{"handler": "static_response", "status_code": 200, "body": "own"}]}]}}
                """.formatted(caddy.httpPort);
        caddy.load(sites);
        String before = caddy.servers();
        useAnother(":" + caddy.httpPort);
        router().switchTo(route(shop(), "shop.test", "/", "r1", app("one")));
        router().switchTo(new Route(
                new ConfigId(UUID.randomUUID()),
                List.of(new HostPattern("*.test")),
                new PathPrefix("/"),
                false,
                "r1",
                List.of(app("wildcard")),
                LONG));

        assertEquals(Answer.of("own"), get("own.test", "/"));
        assertEquals(Answer.of("one"), get("shop.test", "/"));
        assertEquals(Answer.of("wildcard"), get("news.test", "/"));

        router().routes().stream().map(Route::config).forEach(router()::remove);
        assertEquals(before, caddy.servers());
        useAnother("127.0.0.1:" + caddy.httpPort);
    }

    @Test
    void usersComeByHttpsAndTheAppIsToldSo() throws Exception {
        useAnother("127.0.0.1:" + caddy.httpsPort);
        try (TestApp app = TestApp.saying("one")) {
            router().switchTo(route(shop(), "shop.localhost", "/", "r1", app.port()));
            await().atMost(LONG).until(() -> Files.exists(caddy.authority()));
            RawHttp.Response response;
            try (RawHttp client = new RawHttp(https("shop.localhost"))) {
                response = client.get("shop.localhost", "/", "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: gopher");
            }

            assertEquals("one", response.body());
            TestApp.Request request = app.requests.getLast();
            assertEquals("https", request.header("X-Forwarded-Proto"));
            assertEquals("127.0.0.1, 127.0.0.1", request.header("X-Forwarded-For"));
            assertEquals("shop.localhost", request.header("Host"));
            try (RawHttp plain = new RawHttp(caddy.httpPort)) {
                assertEquals(308, plain.get("shop.localhost", "/").status());
            }
        } finally {
            useAnother("127.0.0.1:" + caddy.httpPort);
        }
    }

    @Test
    void aBodyComesAsItsAppWritesIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        TestApp.Behaviour slow = (request, in, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na".getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            begun.await();
            out.write('b');
            out.flush();
            return true;
        };
        try (TestApp app = new TestApp(slow)) {
            router().switchTo(route(shop(), "shop.test", "/", "r1", app.port()));
            try (RawHttp client = new RawHttp(routerPort())) {
                client.send(RawHttp.request("GET", "shop.test", "/") + "\r\n");
                assertTrue(RawHttp.head(client.in).getFirst().contains("200"));
                assertEquals('a', client.in.read());
                begun.countDown();
                assertEquals('b', client.in.read());
            }
        }
    }

    @Test
    void aWebSocketStaysOpenAtASwitch() throws Exception {
        try (TestApp app = new TestApp(ProxyTest::webSocket)) {
            router().switchTo(route(shop(), "shop.test", "/", "r1", app.port()));
            try (RawHttp socket = new RawHttp(routerPort())) {
                socket.send(RawHttp.request(
                                "GET",
                                "shop.test",
                                "/",
                                "Connection: Upgrade",
                                "Upgrade: websocket",
                                "Sec-WebSocket-Version: 13",
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
                        + "\r\n");
                assertEquals(101, socket.read().status());

                router().switchTo(route(shop(), "shop.test", "/", "r2", app("two")));

                socket.socket.getOutputStream().write(new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'});
                assertEquals(
                        List.of(0x81, 1, (int) 'x'), List.of(socket.in.read(), socket.in.read(), socket.in.read()));
            }
        }
    }

    @Test
    void anAppIsToldThatItsClientIsGone() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        TestApp.Behaviour endless = (request, in, out) -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"
                    .getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            if (in.read() < 0) {
                gone.countDown();
            }
            return false;
        };
        try (TestApp app = new TestApp(endless)) {
            router().switchTo(route(shop(), "shop.test", "/", "r1", app.port()));
            try (RawHttp client = new RawHttp(routerPort())) {
                client.send(RawHttp.request("GET", "shop.test", "/") + "\r\n");
                assertTrue(RawHttp.head(client.in).getFirst().contains("200"));
                assertEquals('1', client.in.read());
            }
            assertTrue(gone.await(60, TimeUnit.SECONDS));
        }
    }

    /** A connection that trusts nobody but this Caddy; its certificate may take a moment to be made. */
    private static Socket https(String host) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null);
        try (InputStream in = Files.newInputStream(caddy.authority())) {
            trusted.setCertificateEntry(
                    "caddy", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return await().atMost(LONG)
                .ignoreExceptions()
                .until(
                        () -> {
                            Socket plain = new Socket(InetAddress.getLoopbackAddress(), caddy.httpsPort);
                            SSLSocket socket = (SSLSocket)
                                    context.getSocketFactory().createSocket(plain, host, caddy.httpsPort, true);
                            socket.startHandshake();
                            return socket;
                        },
                        Objects::nonNull);
    }
}
