package dev.quark.core.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.HostPattern;
import dev.quark.core.config.PathPrefix;
import dev.quark.core.problem.ConflictException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link TrafficRouter} does. */
@Timeout(120)
public abstract class TrafficRouterContract {

    /** Long enough for anything that is to happen. */
    protected static final Duration LONG = Duration.ofSeconds(60);

    private final ConfigId shop = new ConfigId(UUID.randomUUID());
    private final ConfigId blog = new ConfigId(UUID.randomUUID());

    /** The router under test; the same one until {@link #restarted}. */
    protected abstract TrafficRouter router();

    /** The router as a QUARK that was killed and started again finds it; from now on the one under test. */
    protected abstract TrafficRouter restarted();

    /** Starts an app that answers requests with its name; on a loopback port, which is returned. */
    protected abstract int app(String name);

    /** Sends a GET request to the router as a user would. */
    protected abstract Answer get(String host, String path);

    /** Sends a GET request that its app has received when this returns, and answers only when told to. */
    protected abstract Held hold(String host, String path);

    /** Whether the router under test counts. */
    protected boolean counts() {
        return true;
    }

    /**
     * What a user got.
     *
     * @param status the status code
     * @param app the name of the app that answered; empty where the router itself did
     */
    public record Answer(int status, String app) {

        /** An app's answer. */
        public static Answer of(String app) {
            return new Answer(200, app);
        }
    }

    /** A request that an app has begun to answer. */
    public interface Held {

        /** Has the app answer; gives what the user got. */
        Answer release();

        /** Whether the router broke the request off; waits for it. */
        boolean isBrokenOff();
    }

    @Test
    void newRequestsGoToTheReleaseSwitchedTo() {
        router().switchTo(route(shop, "shop.test", "/", "r1", app("one")));
        assertEquals(Answer.of("one"), get("shop.test", "/"));

        router().switchTo(route(shop, "shop.test", "/", "r2", app("two")));
        assertEquals(Answer.of("two"), get("shop.test", "/any/path"));
    }

    @Test
    void aHostThatNobodyClaimsIsNotFound() {
        router().switchTo(route(shop, "shop.test", "/", "r1", app("one")));

        assertEquals(404, get("other.test", "/").status());
        assertEquals(404, get("www.shop.test", "/").status());
    }

    @Test
    void aPathThatNobodyClaimsIsNotFound() {
        router().switchTo(route(shop, "shop.test", "/shop", "r1", app("one")));

        assertEquals(Answer.of("one"), get("shop.test", "/shop"));
        assertEquals(404, get("shop.test", "/shopping").status());
    }

    @Test
    void withoutAnInstanceItIsUnavailable() {
        router().switchTo(route(shop, "shop.test", "/", "r1"));

        assertEquals(503, get("shop.test", "/").status());
    }

    @Test
    void theMostExactHostWinsThenTheLongestPrefix() {
        router().switchTo(route(shop, "shop.test", "/", "r1", app("shop")));
        router().switchTo(route(blog, "shop.test", "/blog", "r1", app("blog")));
        ConfigId news = new ConfigId(UUID.randomUUID());
        router().switchTo(route(news, "*.test", "/", "r1", app("wildcard")));
        ConfigId rest = new ConfigId(UUID.randomUUID());
        router().switchTo(route(rest, "*", "/", "r1", app("any")));

        assertEquals(Answer.of("shop"), get("shop.test", "/blogs"));
        assertEquals(Answer.of("blog"), get("shop.test", "/blog/1"));
        assertEquals(Answer.of("blog"), get("SHOP.test", "/blog?q=/"));
        assertEquals(Answer.of("wildcard"), get("news.test", "/blog"));
        assertEquals(Answer.of("any"), get("elsewhere.example", "/"));
    }

    @Test
    void twoConfigsCannotHaveTheSameHostAndPrefix() {
        router().switchTo(route(shop, "shop.test", "/", "r1", app("one")));
        Route second = route(blog, "shop.test", "/", "r1", app("two"));

        assertThrows(ConflictException.class, () -> router().switchTo(second));
        assertEquals(Answer.of("one"), get("shop.test", "/"));
        assertEquals(Set.of(shop), configs());
    }

    @Test
    void everyInstanceAnswers() {
        router().switchTo(route(shop, "shop.test", "/", "r1", app("one"), app("two")));

        Set<String> seen =
                Stream.generate(() -> get("shop.test", "/").app()).limit(20).collect(Collectors.toSet());
        assertEquals(Set.of("one", "two"), seen);
    }

    @Test
    void requestsInFlightFinishWhereTheyBegan() throws Exception {
        router().switchTo(route(shop, "shop.test", "/", "r1", app("one")));
        Held held = hold("shop.test", "/slow");

        router().switchTo(route(shop, "shop.test", "/", "r2", app("two")));
        assertEquals(Answer.of("two"), get("shop.test", "/"));
        assertInstanceOf(Drain.UnderWay.class, router().awaitDrain(shop, "r2", Duration.ZERO));

        assertEquals(Answer.of("one"), held.release());
        assertInstanceOf(Drain.Over.class, router().awaitDrain(shop, "r2", LONG));
    }

    @Test
    void theSameReleaseAgainChangesNothing() throws Exception {
        router().switchTo(route(shop, "shop.test", "/", "r1", app("one")));
        Held held = hold("shop.test", "/slow");
        Route second = route(shop, "shop.test", "/", "r2", app("two"));

        router().switchTo(second);
        router().switchTo(second);

        assertInstanceOf(Drain.UnderWay.class, router().awaitDrain(shop, "r2", Duration.ZERO));
        held.release();
        Drain.Over over = assertInstanceOf(Drain.Over.class, router().awaitDrain(shop, "r2", LONG));
        assertTrue(!counts() || over.cutover() != null);
    }

    @Test
    void theSameReleaseMayHaveOtherPortsAndHosts() {
        int one = app("one");
        router().switchTo(route(shop, "shop.test", "/", "r1", one));

        router().switchTo(route(shop, "shop.test", "/", "r1", app("one again")));
        assertEquals(Answer.of("one again"), get("shop.test", "/"));

        router().switchTo(route(shop, "renamed.test", "/", "r1", one));
        assertEquals(Answer.of("one"), get("renamed.test", "/"));
        assertEquals(404, get("shop.test", "/").status());
    }

    @Test
    void aDrainEndsWhenItsTimeIsOver() throws Exception {
        router().switchTo(route(shop, "shop.test", "/", "r1", app("one")));
        Held held = hold("shop.test", "/slow");

        router().switchTo(withDrain(route(shop, "shop.test", "/", "r2", app("two")), Duration.ofMillis(300)));

        Drain.Over over = assertInstanceOf(Drain.Over.class, router().awaitDrain(shop, "r2", LONG));
        if (counts()) {
            assertTrue(held.isBrokenOff());
            assertNotNull(over.cutover());
            assertEquals(1, over.cutover().failed());
        }
    }

    @Test
    void aSwitchWithNothingInFlightIsOverAtOnce() throws Exception {
        router().switchTo(route(shop, "shop.test", "/", "r1", app("one")));
        get("shop.test", "/");
        router().switchTo(route(shop, "shop.test", "/", "r2", app("two")));

        assertInstanceOf(Drain.Over.class, router().awaitDrain(shop, "r2", LONG));
    }

    @Test
    void aDrainIsNotOverBeforeItIsHoweverManySwitchesFollow() throws Exception {
        router().switchTo(route(shop, "shop.test", "/", "r1", app("one")));
        Held held = hold("shop.test", "/slow");
        int two = app("two");
        for (int i = 2; i <= 15; i++) {
            router().switchTo(route(shop, "shop.test", "/", "r" + i, two));
        }

        assertInstanceOf(Drain.Over.class, router().awaitDrain(shop, "r15", LONG));
        assertInstanceOf(Drain.UnderWay.class, router().awaitDrain(shop, "r2", Duration.ZERO));
        assertEquals(Answer.of("one"), held.release());
        assertInstanceOf(Drain.Over.class, router().awaitDrain(shop, "r2", LONG));
    }

    @Test
    void aDrainNobodyHeardOfIsOver() throws Exception {
        assertEquals(new Drain.Over(null), router().awaitDrain(shop, "never", LONG));
    }

    @Test
    void aSwitchIsMeasured() throws Exception {
        assumeTrue(counts());
        router().switchTo(route(shop, "shop.test", "/", "r1", app("one")));
        get("shop.test", "/");
        awaitTraffic(new Traffic("r1", 1, 0, 0));
        Held held = hold("shop.test", "/slow");

        router().switchTo(route(shop, "shop.test", "/", "r2", app("two")));
        get("shop.test", "/");
        get("shop.test", "/");
        get("other.test", "/");
        awaitTraffic(new Traffic("r2", 2, 0, 0));
        held.release();

        Drain.Over over = assertInstanceOf(Drain.Over.class, router().awaitDrain(shop, "r2", LONG));
        Cutover cutover = over.cutover();
        assertNotNull(cutover);
        assertEquals(3, cutover.requests());
        assertEquals(0, cutover.failed());
        assertTrue(cutover.duration().toNanos() > 0);
        assertTrue(cutover.p99().toNanos() > 0);
    }

    @Test
    void eachReleasesAnswersAreCounted() {
        assumeTrue(counts());
        router().switchTo(route(shop, "shop.test", "/", "r1", app("one")));
        get("shop.test", "/");
        get("shop.test", "/");
        get("shop.test", "/500");
        awaitTraffic(new Traffic("r1", 3, 1, 0));

        router().switchTo(route(shop, "shop.test", "/", "r2", app("two")));
        assertEquals(new Traffic("r2", 0, 0, 0), traffic());
        get("shop.test", "/");
        awaitTraffic(new Traffic("r2", 1, 0, 0));
    }

    @Test
    void nobodysTrafficIsUnknown() {
        assertTrue(router().traffic(shop).isEmpty());
    }

    @Test
    void aRemovedRouteIsGone() {
        router().switchTo(route(shop, "shop.test", "/", "r1", app("one")));
        router().switchTo(route(blog, "blog.test", "/", "r1", app("two")));

        router().remove(shop);
        router().remove(shop);

        assertEquals(404, get("shop.test", "/").status());
        assertEquals(Answer.of("two"), get("blog.test", "/"));
        assertEquals(Set.of(blog), configs());
    }

    @Test
    void aRemovedRoutesRequestsInFlightFinish() throws Exception {
        router().switchTo(route(shop, "shop.test", "/", "r1", app("one")));
        Held held = hold("shop.test", "/slow");

        router().remove(shop);

        assertEquals(404, get("shop.test", "/").status());
        assertInstanceOf(Drain.UnderWay.class, router().awaitDrain(shop, TrafficRouter.NO_RELEASE, Duration.ZERO));
        assertEquals(Answer.of("one"), held.release());
        assertInstanceOf(Drain.Over.class, router().awaitDrain(shop, TrafficRouter.NO_RELEASE, LONG));
    }

    @Test
    void aDrainThatIsUnderWayOutlivesItsRoute() throws Exception {
        router().switchTo(route(shop, "shop.test", "/", "r1", app("one")));
        Held held = hold("shop.test", "/slow");
        router().switchTo(route(shop, "shop.test", "/", "r2", app("two")));

        router().remove(shop);

        assertInstanceOf(Drain.Over.class, router().awaitDrain(shop, TrafficRouter.NO_RELEASE, LONG));
        assertInstanceOf(Drain.UnderWay.class, router().awaitDrain(shop, "r2", Duration.ZERO));
        assertEquals(Answer.of("one"), held.release());
        assertInstanceOf(Drain.Over.class, router().awaitDrain(shop, "r2", LONG));
    }

    @Test
    void itGoesOnWhileQuarkIsGone() throws Exception {
        Route route = route(shop, "shop.test", "/", "r1", app("one"));
        router().switchTo(route);
        Held held = hold("shop.test", "/slow");
        Route second = route(shop, "shop.test", "/api", "r2", app("two"));
        router().switchTo(second);

        restarted();

        assertEquals(List.of(second), router().routes());
        assertEquals(Answer.of("two"), get("shop.test", "/api"));
        assertEquals(Answer.of("one"), held.release());
        Drain.Over over = assertInstanceOf(Drain.Over.class, router().awaitDrain(shop, "r2", LONG));
        assertTrue(!counts() || over.cutover() != null);
    }

    /** A route as the router is told it. */
    protected static Route route(ConfigId config, String host, String prefix, String release, Integer... ports) {
        return new Route(
                config, List.of(new HostPattern(host)), new PathPrefix(prefix), false, release, List.of(ports), LONG);
    }

    /** The same route with another time to drain. */
    protected static Route withDrain(Route route, Duration drain) {
        return new Route(
                route.config(),
                route.hosts(),
                route.prefix(),
                route.stripPrefix(),
                route.release(),
                route.ports(),
                drain);
    }

    /** The config that most tests are about. */
    protected final ConfigId shop() {
        return shop;
    }

    private Set<ConfigId> configs() {
        return router().routes().stream().map(Route::config).collect(Collectors.toSet());
    }

    /** An answer is counted when it was sent, which its client may know first. */
    private void awaitTraffic(Traffic expected) {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!traffic().equals(expected) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(5_000_000);
        }
        assertEquals(expected, traffic());
    }

    private Traffic traffic() {
        return router().traffic(shop).orElseThrow();
    }
}
