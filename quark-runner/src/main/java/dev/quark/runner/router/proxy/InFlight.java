package dev.quark.runner.router.proxy;

/** A request or a WebSocket that is under way. */
interface InFlight {

    /** Ends it since the time of the drain is over; returns at once, from any thread. */
    void breakOff();
}
