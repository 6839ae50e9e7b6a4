package dev.quark.core.event;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The event bus of one process. */
public final class LocalEventBus implements EventBus {

    private static final System.Logger LOG = System.getLogger(LocalEventBus.class.getName());

    private final List<Consumer<QuarkEvent>> listeners = new CopyOnWriteArrayList<>();

    @Override
    public void publish(QuarkEvent event) {
        for (Consumer<QuarkEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "A listener failed on " + event, e);
            }
        }
    }

    @Override
    public Subscription subscribe(Consumer<QuarkEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
