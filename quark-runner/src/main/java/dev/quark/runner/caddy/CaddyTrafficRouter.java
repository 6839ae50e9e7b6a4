package dev.quark.runner.caddy;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.HostPattern;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.service.Drain;
import dev.quark.core.service.Route;
import dev.quark.core.service.Traffic;
import dev.quark.core.service.TrafficRouter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Caddy before another router. Caddy ends TLS and takes the requests of the hosts that there are routes for; the other router
 * knows which release answers them. So a switch changes nothing at Caddy: a change of its configuration closes all idle
 * connections, and requests that are just coming on them are lost ({@code docs/adr/0018-caddy-before-the-router.md}).
 *
 * <p>A Caddy that was started anew, or was given another configuration by somebody else, is told of the hosts again.
 */
public final class CaddyTrafficRouter implements TrafficRouter, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(CaddyTrafficRouter.class.getName());

    private final TrafficRouter router;
    private final CaddySites sites;
    private final CaddyWatch watch;
    private final ReentrantLock lock = new ReentrantLock();

    /**
     * Tells Caddy nothing yet.
     *
     * @param router does the switching; it listens where {@code settings} says, and believes {@code X-Forwarded-*} of
     *     loopback
     */
    public CaddyTrafficRouter(TrafficRouter router, CaddySettings settings) {
        this.router = router;
        CaddyAdmin admin = new CaddyAdmin(settings.admin());
        this.sites = new CaddySites(admin, settings);
        this.watch = new CaddyWatch(admin, this::serve);
    }

    /** Looks after Caddy's configuration from now on, in a thread of its own. */
    public void start() {
        watch.start();
    }

    private void serve() {
        lock.lock();
        try {
            sites.serve(hosts(router.routes()));
        } finally {
            lock.unlock();
        }
    }

    private static Set<HostPattern> hosts(List<Route> routes) {
        return routes.stream().flatMap(route -> route.hosts().stream()).collect(Collectors.toSet());
    }

    @Override
    public void switchTo(Route route) {
        lock.lock();
        try {
            List<Route> before = router.routes();
            Set<HostPattern> hosts = hosts(before);
            // Caddy first: where it can't be told, nothing has changed. A conflict is told of by the router.
            if (before.stream().noneMatch(route::collidesWith)) {
                hosts.addAll(route.hosts());
                sites.serve(hosts);
            }
            router.switchTo(route);
            Set<HostPattern> after = hosts(router.routes());
            if (!after.equals(hosts)) {
                sites.serve(after);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Drain awaitDrain(ConfigId config, String release, Duration atMost) throws InterruptedException {
        return router.awaitDrain(config, release, atMost);
    }

    @Override
    public Optional<Traffic> traffic(ConfigId config) {
        return router.traffic(config);
    }

    @Override
    public List<Route> routes() {
        return router.routes();
    }

    /** A Caddy that doesn't answer keeps nobody from removing an app: it is told when it is back. */
    @Override
    public void remove(ConfigId config) {
        router.remove(config);
        try {
            serve();
        } catch (UnavailableException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}", e.getMessage());
        }
    }

    /** Lets go of Caddy, which goes on. */
    @Override
    public void close() {
        watch.close();
    }
}
