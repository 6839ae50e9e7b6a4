package dev.quark.runner.router;

import dev.quark.core.service.TrafficRouter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The door to this module: a router for the deployed apps. Safe for use by many threads. */
public final class Router implements AutoCloseable {

    private final TrafficRouter routes;
    private final AutoCloseable end;

    private Router(TrafficRouter routes, AutoCloseable end) {
        this.routes = routes;
        this.end = end;
    }

    /**
     * The built-in router. Its process is adopted if it runs, replaced if it is of another build, started when the first
     * route is made or if it has routes from before; and is kept running from then on, whatever happens to it.
     */
    public static Router builtIn(Settings settings) {
        try {
            Files.createDirectories(
                    settings.directory(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.setPosixFilePermissions(settings.directory(), PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + settings.directory() + " can't be made", e);
        }
        RouterProcess process = new RouterProcess(settings);
        process.begin();
        return new Router(new BuiltInTrafficRouter(process), process);
    }

    /** The routes; they stay when this is closed. */
    public TrafficRouter routes() {
        return routes;
    }

    /** Lets go of the router, which goes on. */
    @Override
    public void close() {
        try {
            end.close();
        } catch (Exception e) {
            throw new IllegalStateException("The router could not be let go of", e);
        }
    }

    /** Where a router's routes are on disk; whether there are any, nobody need ask the router. */
    static boolean hasRoutes(Path directory) {
        return Files.exists(directory.resolve("routes.json"));
    }
}
