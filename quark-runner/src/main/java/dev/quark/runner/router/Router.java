package dev.quark.runner.router;

import dev.quark.core.service.TrafficRouter;
import dev.quark.runner.caddy.CaddySettings;
import dev.quark.runner.caddy.CaddyTrafficRouter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The door to this module: a router for the deployed apps. Safe for use by many threads. */
public final class Router implements AutoCloseable {

    private final RouterProcess process;
    private final TrafficRouter builtIn;
    private final @Nullable CaddyTrafficRouter caddy;

    private Router(RouterProcess process, @Nullable CaddySettings caddy) {
        this.process = process;
        this.builtIn = new BuiltInTrafficRouter(process);
        this.caddy = caddy == null ? null : new CaddyTrafficRouter(builtIn, caddy);
    }

    /**
     * The built-in router. Its process is started when the first route is made, and is kept running from then on, whatever
     * happens to it.
     */
    public static Router builtIn(Settings settings) {
        return new Router(new RouterProcess(settings), null);
    }

    /** The built-in router with Caddy before it, which somebody else runs. */
    public static Router behindCaddy(Settings settings, CaddySettings caddy) {
        return new Router(new RouterProcess(settings), caddy);
    }

    /** Where there are routes from before: adopts the process, replaces one of another build, or starts one. */
    public void start() {
        process.begin();
        if (caddy != null) {
            caddy.start();
        }
    }

    /** The routes; they stay when this is closed. */
    public TrafficRouter routes() {
        return caddy == null ? builtIn : caddy;
    }

    /** Lets go of the router, which goes on. */
    @Override
    public void close() {
        if (caddy != null) {
            caddy.close();
        }
        process.close();
    }

    /** Where a router's routes are on disk; whether there are any, nobody need ask the router. */
    static boolean hasRoutes(Path directory) {
        return Files.exists(directory.resolve("routes.json"));
    }
}
