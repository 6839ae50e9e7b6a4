package dev.quark.core.service;

import dev.quark.core.service.InMemoryTrafficRouter.Request;
import java.time.Clock;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

final class InMemoryTrafficRouterTest extends TrafficRouterContract {

    private final InMemoryTrafficRouter router = new InMemoryTrafficRouter(Clock.systemUTC());
    private final Map<Integer, String> apps = new HashMap<>();

    @Override
    protected TrafficRouter router() {
        return router;
    }

    @Override
    protected TrafficRouter restarted() {
        return router;
    }

    @Override
    protected int app(String name) {
        int port = 40_000 + apps.size();
        apps.put(port, name);
        return port;
    }

    @Override
    protected Answer get(String host, String path) {
        return begin(host, path)
                .map(request -> end(request, path.equals("/500") ? 500 : 200))
                .orElse(new Answer(404, ""));
    }

    @Override
    protected Held hold(String host, String path) {
        Request request = begin(host, path).orElseThrow();
        return new Held() {
            @Override
            public Answer release() {
                return end(request, 200);
            }

            @Override
            public boolean isBrokenOff() {
                return !router.isInFlight(request);
            }
        };
    }

    private Optional<Request> begin(String host, String path) {
        return router.begin(host.toLowerCase(Locale.ROOT), path.replaceAll("\\?.*", ""));
    }

    private Answer end(Request request, int status) {
        if (request.port() == 0) {
            return new Answer(503, "");
        }
        router.end(request, status);
        return new Answer(status, Objects.requireNonNull(apps.get(request.port())));
    }
}
