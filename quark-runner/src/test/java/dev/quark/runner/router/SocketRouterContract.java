package dev.quark.runner.router;

import dev.quark.core.service.TrafficRouterContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;

/** The contract of routers that real requests go through. */
abstract class SocketRouterContract extends TrafficRouterContract {

    private final List<AutoCloseable> open = new ArrayList<>();
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /** Where users' requests go. */
    abstract int routerPort();

    @AfterEach
    void closeApps() throws Exception {
        released.countDown();
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T own(T part) {
        open.add(part);
        return part;
    }

    @Override
    protected int app(String name) {
        try {
            return own(new TestApp((request, in, out) -> {
                        if (request.path().equals("/slow")) {
                            arrived.countDown();
                            released.await();
                        }
                        TestApp.answer(out, request.path().equals("/500") ? 500 : 200, name);
                        return true;
                    }))
                    .port();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Answer get(String host, String path) {
        try (RawHttp client = new RawHttp(routerPort())) {
            return answer(client.get(host, path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer answer(RawHttp.Response response) {
        boolean byApp = response.status() == 200 || response.status() == 500;
        return new Answer(response.status(), byApp ? response.body() : "");
    }

    @Override
    protected Held hold(String host, String path) {
        try {
            RawHttp client = own(new RawHttp(routerPort()));
            client.send(RawHttp.request("GET", host, path) + "\r\n");
            arrived.await();
            return new Held() {
                @Override
                public Answer release() {
                    released.countDown();
                    try {
                        return answer(client.read());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }

                @Override
                public boolean isBrokenOff() {
                    try {
                        return client.read().status() >= 500;
                    } catch (IOException e) {
                        return true;
                    }
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
