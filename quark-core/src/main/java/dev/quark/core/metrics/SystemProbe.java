package dev.quark.core.metrics;

/** Looks at the machine and at this process. Implementations are safe for use by many threads, and quick. */
@FunctionalInterface
public interface SystemProbe {

    /** How it is now; what can't be read is -1 and never an exception. */
    SystemReading read();
}
