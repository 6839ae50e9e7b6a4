package dev.quark.runner.router;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.HostPattern;
import dev.quark.core.config.PathPrefix;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.service.Drain;
import dev.quark.core.service.Route;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The router's process: killed, adopted, replaced. */
@Timeout(240)
final class RouterProcessTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final ConfigId config = new ConfigId(UUID.randomUUID());
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        RouterUnderTest.end(directory);
    }

    private <T extends AutoCloseable> T own(T part) {
        open.add(part);
        return part;
    }

    private Router router(String build) {
        Router router = own(Router.builtIn(RouterUnderTest.settings(directory, 0, build, List.of())));
        router.start();
        return router;
    }

    private Route route(String release, int port) {
        return new Route(config, List.of(HostPattern.ANY), PathPrefix.ROOT, false, release, List.of(port), LONG);
    }

    private Wire.Hello hello() {
        return new RouterClient(directory.resolve("control")).hello().orElseThrow();
    }

    private boolean answers(long otherThan) {
        return new RouterClient(directory.resolve("control"))
                .hello()
                .filter(hello -> hello.pid() != otherThan)
                .isPresent();
    }

    private static int status(int port) throws IOException {
        try (RawHttp client = new RawHttp(port)) {
            return client.get("app.test", "/").status();
        }
    }

    @Test
    void nothingRunsBeforeThereIsARoute() {
        Router router = router("one");

        assertEquals(List.of(), router.routes().routes());
        router.routes().remove(config);

        assertTrue(new RouterClient(directory.resolve("control")).hello().isEmpty());
    }

    @Test
    void aKilledRouterComesBackWithItsRoutes() throws Exception {
        TestApp app = own(TestApp.saying("ok"));
        router("one").routes().switchTo(route("r1", app.port()));
        long first = hello().pid();

        ProcessHandle.of(first).orElseThrow().destroyForcibly();

        await().atMost(LONG).until(() -> answers(first));
        assertEquals(200, status(hello().port()));
    }

    @Test
    void aKilledRouterComesBackWithoutQuark() throws Exception {
        TestApp app = own(TestApp.saying("ok"));
        Router router = router("one");
        router.routes().switchTo(route("r1", app.port()));
        router.close();
        long first = hello().pid();

        ProcessHandle.of(first).orElseThrow().destroyForcibly();

        await().atMost(LONG).until(() -> answers(first));
        assertEquals(200, status(hello().port()));
    }

    @Test
    void whereItsScriptWasKilledTooQuarkStartsBoth() throws Exception {
        TestApp app = own(TestApp.saying("ok"));
        router("one").routes().switchTo(route("r1", app.port()));
        long first = hello().pid();

        RouterUnderTest.end(directory);

        await().atMost(LONG).until(() -> answers(first));
        assertEquals(200, status(hello().port()));
    }

    @Test
    void aQuarkThatStartsAgainAdoptsIt() throws Exception {
        TestApp app = own(TestApp.saying("ok"));
        Router before = router("one");
        before.routes().switchTo(route("r1", app.port()));
        Wire.Hello first = hello();
        before.close();

        assertEquals(List.of(route("r1", app.port())), router("one").routes().routes());

        assertEquals(first, hello());
    }

    @Test
    void anotherBuildTakesOverWithoutLosingARequest() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        TestApp app = own(new TestApp((request, in, out) -> {
            if (request.path().equals("/slow")) {
                arrived.countDown();
                released.await();
            }
            TestApp.answer(out, 200, "ok");
            return true;
        }));
        Router before = router("one");
        before.routes().switchTo(route("r1", app.port()));
        before.close();
        Wire.Hello first = hello();
        RawHttp slow = own(new RawHttp(first.port()));
        slow.send(RawHttp.request("GET", "app.test", "/slow") + "\r\n");
        arrived.await();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> users = List.of(
                Thread.ofVirtual().unstarted(() -> useNewConnections(first.port(), stop, answered, failures)),
                Thread.ofVirtual().unstarted(() -> useOneConnection(first.port(), stop, answered, failures)));
        users.forEach(Thread::start);
        await().atMost(LONG).until(() -> answered.get() > 20);

        Router after = router("two");
        after.routes().switchTo(route("r1", app.port()));

        Wire.Hello second = hello();
        assertNotEquals(first.pid(), second.pid());
        assertEquals(first.port(), second.port());
        int soFar = answered.get();
        await().atMost(LONG).until(() -> answered.get() > soFar + 20);
        stop.set(true);
        for (Thread user : users) {
            user.join();
        }
        assertEquals(List.of(), failures);
        assertInstanceOf(Drain.UnderWay.class, after.routes().awaitDrain(config, "r0", Duration.ZERO));
        released.countDown();
        assertEquals("ok", slow.read().body());
        assertInstanceOf(Drain.Over.class, after.routes().awaitDrain(config, "r0", LONG));
        await().atMost(LONG).until(() -> ProcessHandle.of(first.pid()).isEmpty());
    }

    private static void useNewConnections(
            int port, AtomicBoolean stop, AtomicInteger answered, List<Throwable> failures) {
        while (!stop.get()) {
            try {
                assertEquals(200, status(port));
                answered.incrementAndGet();
            } catch (IOException | AssertionError e) {
                failures.add(e);
            }
        }
    }

    /** As a browser does: a connection is used until the other side says that it is the last time. */
    private static void useOneConnection(
            int port, AtomicBoolean stop, AtomicInteger answered, List<Throwable> failures) {
        while (!stop.get()) {
            try (RawHttp client = new RawHttp(port)) {
                boolean last = false;
                while (!stop.get() && !last) {
                    RawHttp.Response response = client.get("app.test", "/");
                    assertEquals(200, response.status());
                    last = response.header("connection").equals("close");
                    answered.incrementAndGet();
                }
            } catch (IOException | AssertionError e) {
                failures.add(e);
            }
        }
    }

    @Test
    void itWarmsUpWithRequestsOfItsOwnUnlessUsersWaitForIt() throws Exception {
        TestApp app = own(TestApp.saying("ok"));
        Router before = router("one");
        before.routes().switchTo(route("r1", app.port()));
        assertTrue(hello().warmUp() > 0, "nobody knew of it yet");
        before.close();
        long first = hello().pid();

        ProcessHandle.of(first).orElseThrow().destroyForcibly();
        await().atMost(LONG).until(() -> answers(first));
        assertEquals(0, hello().warmUp(), "its users find nobody until it is back");

        router("two").routes().switchTo(route("r1", app.port()));
        assertTrue(hello().warmUp() > 0, "the old one answers meanwhile");
        assertEquals(List.of(), app.requests, "none of them was for the app");
    }

    @Test
    void aTakenPortIsSaidAndNothingIsTriedAgain() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Router router =
                    own(Router.builtIn(RouterUnderTest.settings(directory, taken.getLocalPort(), "one", List.of())));

            UnavailableException refused = assertThrows(
                    UnavailableException.class, () -> router.routes().switchTo(route("r1", 1)));

            assertTrue(refused.getMessage().contains("PROXY_PORT"), refused.getMessage());
        }
    }

    @Test
    void itsClassDataIsMadeBesideItAndUsedByTheOneThatComesBack(@TempDir Path jars) throws Exception {
        Router router = own(Router.builtIn(RouterUnderTest.withClassData(directory, jars)));
        router.start();
        router.routes().switchTo(route("r1", 1));
        Path archive = directory.resolve("classes-one.jsa");
        // With the lowest priority.
        await().atMost(Duration.ofMinutes(3)).until(() -> Files.exists(archive));

        long first = hello().pid();
        ProcessHandle.of(first).orElseThrow().destroyForcibly();
        await().atMost(LONG).until(() -> answers(first));

        assertTrue(Files.readString(Path.of("/proc/" + hello().pid() + "/maps")).contains(archive.toString()));
    }

    @Test
    void classDataOfAnotherBuildIsRemoved() throws Exception {
        Path old = Files.createFile(directory.resolve("classes-zero.jsa"));

        router("one").routes().switchTo(route("r1", 1));

        assertFalse(Files.exists(old));
    }

    @Test
    void itIsNotStartedAgainWhereItsFolderWasRemoved(@TempDir Path elsewhere) throws Exception {
        Router router = router("one");
        router.routes().switchTo(route("r1", 1));
        router.close();
        long script = SupervisorFile.read(directory.resolve("supervisor"))
                .orElseThrow()
                .pid();
        long first = hello().pid();
        // All at once: the router may be adding a file.
        Files.move(directory, elsewhere.resolve("gone"));

        ProcessHandle.of(first).orElseThrow().destroyForcibly();

        await().atMost(LONG).until(() -> ProcessHandle.of(script).isEmpty());
    }

    @Test
    void aQuarkThatStopsStartsNone() {
        Router router = router("one");
        router.close();

        assertThrows(UnavailableException.class, () -> router.routes().switchTo(route("r1", 1)));

        assertFalse(Files.exists(directory.resolve("supervisor")));
    }

    @Test
    void nobodyElseMayGiveItOrders() throws Exception {
        TestApp app = own(TestApp.saying("ok"));
        router("one").routes().switchTo(route("r1", app.port()));

        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
        for (String file : List.of("control", "handover", "routes.json")) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file))),
                    file);
        }
    }

    @Test
    void aTrustedProxyIsBelieved() throws Exception {
        TestApp app = own(TestApp.saying("ok"));
        Router router = own(Router.builtIn(RouterUnderTest.settings(directory, 0, "one", List.of("127.0.0.0/8"))));
        router.routes().switchTo(route("r1", app.port()));

        try (RawHttp client = new RawHttp(hello().port())) {
            client.get("app.test", "/", "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https");
        }

        assertEquals("192.0.2.7, 127.0.0.1", app.requests.getFirst().header("x-forwarded-for"));
        assertEquals("https", app.requests.getFirst().header("x-forwarded-proto"));
    }
}
