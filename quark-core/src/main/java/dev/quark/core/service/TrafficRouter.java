package dev.quark.core.service;

import dev.quark.core.config.ConfigId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Takes the requests of the deployed apps' users to the instances that answer them, and moves them from one release to the
 * next without losing one.
 *
 * <p>A request goes to the route whose host fits most exactly ({@code app.example.com} before {@code *.example.com} before
 * {@code *}), and of those to the one with the longest path prefix. Where no route fits, the answer is 404; where one has no
 * port, or none of its instances can be reached, it is 503 with {@code Retry-After}.
 *
 * <p>A router goes on by itself, with the routes that it was told last, while QUARK is stopped, killed or upgraded, and when
 * it crashed. Every call can be repeated, so that a QUARK that was killed in the middle can begin again. Implementations are
 * safe for use by many threads; two calls for the same config must not overlap.
 *
 * <p>Every method throws {@link dev.quark.core.problem.UnavailableException} where the router can't be reached or started,
 * with what to do about it; whether the call took effect is then unknown, and it should be repeated.
 */
public interface TrafficRouter {

    /** What {@link #awaitDrain} is asked for where the config's route was {@linkplain #remove removed}. */
    String NO_RELEASE = "";

    /**
     * Sends the config's new requests where the route says, from the moment this returns; requests see the old route or the
     * new one, nothing between. It is kept on disk before it returns.
     *
     * <p>Where the route names another release than before, that is a switch: requests in flight on the old instances
     * finish, for as long as {@link Route#drain} allows, and then are broken off; WebSockets stay open for that long and
     * then get a close frame with code 1012. Old instances must be left running until {@link #awaitDrain} says so. A second
     * switch during a drain begins a drain of its own and leaves the first alone.
     *
     * <p>Where it names the same release, only what differs is changed, with no switch: ports of instances that came or
     * went, hosts. Given again unchanged, nothing happens.
     *
     * @throws dev.quark.core.problem.ConflictException where another config has one of the hosts with the same prefix;
     *     nothing has changed then
     */
    void switchTo(Route route);

    /**
     * Waits until a switch's drain is over. The outcomes of the last ten of a config's drains that are over are kept until
     * it is {@linkplain #remove removed}, also when QUARK or the router is started again.
     *
     * @param release the name that was switched to; the latest switch to it is meant. {@link #NO_RELEASE}: the latest
     *     removal
     * @param atMost how long to wait; zero only asks
     * @throws InterruptedException where the thread was interrupted; the drain goes on
     */
    Drain awaitDrain(ConfigId config, String release, Duration atMost) throws InterruptedException;

    /**
     * How the release that has the config's traffic answers; empty where the config has no route, or where this router
     * can't count. A crash of the router begins the count anew.
     */
    Optional<Traffic> traffic(ConfigId config);

    /** The routes as they were told last, in no order. */
    List<Route> routes();

    /**
     * Forgets a config's route: new requests get what they would get had it never been there. Requests in flight may finish
     * for as long as the route's drain allows; {@link #awaitDrain} for {@link #NO_RELEASE} waits for that, and for the name
     * of a switch whose drain was under way. Does nothing where there is none.
     */
    void remove(ConfigId config);
}
