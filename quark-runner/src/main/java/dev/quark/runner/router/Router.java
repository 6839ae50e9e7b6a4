package dev.quark.runner.router;

import dev.quark.core.service.TrafficRouter;
import java.nio.file.Files;
import java.nio.file.Path;

/** The door to this module: a router for the deployed apps. Safe for use by many threads. */
public final class Router implements AutoCloseable {

    private final TrafficRouter routes;
    private final RouterProcess process;

    private Router(RouterProcess process) {
        this.routes = new BuiltInTrafficRouter(process);
        this.process = process;
    }

    /**
     * The built-in router. Its process is started when the first route is made, and is kept running from then on, whatever
     * happens to it.
     */
    public static Router builtIn(Settings settings) {
        return new Router(new RouterProcess(settings));
    }

    /** Where there are routes from before: adopts the process, replaces one of another build, or starts one. */
    public void start() {
        process.begin();
    }

    /** The routes; they stay when this is closed. */
    public TrafficRouter routes() {
        return routes;
    }

    /** Lets go of the router, which goes on. */
    @Override
    public void close() {
        process.close();
    }

    /** Where a router's routes are on disk; whether there are any, nobody need ask the router. */
    static boolean hasRoutes(Path directory) {
        return Files.exists(directory.resolve("routes.json"));
    }
}
