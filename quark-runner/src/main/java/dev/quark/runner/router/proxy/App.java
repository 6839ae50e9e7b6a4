package dev.quark.runner.router.proxy;

import dev.quark.core.config.ConfigId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What is counted for one config, whichever release answers. */
final class App {

    private final ConfigId config;
    private final List<Switch> underWay = new CopyOnWriteArrayList<>();

    App(ConfigId config) {
        this.config = config;
    }

    ConfigId config() {
        return config;
    }

    void begin(Switch change) {
        underWay.add(change);
    }

    void end(Switch change) {
        underWay.remove(change);
    }

    /**
     * A request has ended.
     *
     * @param failure whether it got no whole answer of an instance
     * @param timed whether how long it took says anything
     * @param begun when it arrived
     */
    void ended(boolean failure, boolean timed, long begun) {
        if (!underWay.isEmpty()) {
            long took = System.nanoTime() - begun;
            for (Switch change : underWay) {
                change.count(failure, timed, took);
            }
        }
    }
}
