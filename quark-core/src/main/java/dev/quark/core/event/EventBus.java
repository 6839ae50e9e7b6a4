package dev.quark.core.event;

import java.util.function.Consumer;

/**
 * Tells listeners what happened. Events of one publisher thread arrive in their order; a listener that throws keeps no
 * other from hearing; an event that nobody listens to is forgotten. Safe for use by many threads.
 */
public interface EventBus {

    /** Hands an event to every listener before it returns: listeners are quick and don't block. */
    void publish(QuarkEvent event);

    /** Adds a listener; closing the result removes it. */
    Subscription subscribe(Consumer<QuarkEvent> listener);

    /** A listener's place on the bus. */
    interface Subscription extends AutoCloseable {

        /** Removes the listener; a second call does nothing. */
        @Override
        void close();
    }
}
