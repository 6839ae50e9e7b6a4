package dev.quark.core.requestlog;

import dev.quark.core.event.QuarkEvent;
import java.util.List;

/**
 * Requests were logged.
 *
 * @param entries those that are stored, in the order in which they ended
 * @param dropped how many could not be, since the last such event
 */
public record RequestsLogged(List<RequestEntry> entries, long dropped) implements QuarkEvent {

    /** An event that nobody changes. */
    public RequestsLogged {
        entries = List.copyOf(entries);
    }
}
