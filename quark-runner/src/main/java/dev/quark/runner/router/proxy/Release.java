package dev.quark.runner.router.proxy;

import dev.quark.core.service.Traffic;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The instances of one release as a whole: what is under way on them, and how they have answered. */
final class Release {

    private final String name;
    private final Set<InFlight> inFlight = ConcurrentHashMap.newKeySet();
    private final LongAdder responses = new LongAdder();
    private final LongAdder serverErrors = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile boolean retired;
    private volatile Runnable whenEmpty = () -> {};

    Release(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** A request begins on it; false where traffic was switched away in this moment, and it is to go elsewhere. */
    boolean enter(InFlight request) {
        inFlight.add(request);
        // In this order: who retires the release looks for requests afterwards.
        if (retired) {
            leave(request);
            return false;
        }
        return true;
    }

    void leave(InFlight request) {
        if (inFlight.remove(request) && retired && inFlight.isEmpty()) {
            whenEmpty.run();
        }
    }

    /** No request begins on it any more; the callback runs when the last is over, maybe now, maybe twice. */
    void retire(Runnable callback) {
        whenEmpty = callback;
        retired = true;
        if (inFlight.isEmpty()) {
            callback.run();
        }
    }

    boolean isEmpty() {
        return inFlight.isEmpty();
    }

    /** The drain's time is over. */
    void breakOff() {
        inFlight.forEach(InFlight::breakOff);
    }

    void answered(int status) {
        responses.increment();
        if (status >= 500) {
            serverErrors.increment();
        }
    }

    void failed() {
        failures.increment();
    }

    Traffic traffic() {
        return new Traffic(name, responses.sum(), serverErrors.sum(), failures.sum());
    }
}
