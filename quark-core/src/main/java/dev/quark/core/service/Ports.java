package dev.quark.core.service;

/** Finds TCP ports of this machine. Safe for use by many threads. */
public interface Ports {

    /**
     * A port on which nobody listened a moment ago; another one at each call, until all were given.
     *
     * @throws dev.quark.core.problem.UnavailableException where none is free
     */
    int next();
}
