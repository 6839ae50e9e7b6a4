package dev.quark.runner.router;

import dev.quark.core.service.Route;
import dev.quark.core.service.TrafficRouter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract, with the router as a process of its own. */
final class BuiltInTrafficRouterTest extends SocketRouterContract {

    @TempDir
    static Path directory;

    private static Router router;

    @BeforeAll
    static void start() {
        router = Router.builtIn(RouterUnderTest.settings(directory, 0, "build", List.of()));
        router.start();
    }

    @AfterAll
    static void stop() {
        router.close();
        RouterUnderTest.end(directory);
    }

    @AfterEach
    void removeRoutes() {
        router.routes().routes().stream().map(Route::config).forEach(router.routes()::remove);
    }

    @Override
    protected TrafficRouter router() {
        return router.routes();
    }

    @Override
    protected TrafficRouter restarted() {
        router.close();
        start();
        return router.routes();
    }

    @Override
    int routerPort() {
        return new RouterClient(directory.resolve("control"))
                .hello()
                .orElseThrow()
                .port();
    }
}
