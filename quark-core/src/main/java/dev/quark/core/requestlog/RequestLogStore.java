package dev.quark.core.requestlog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps entries of the request log. Safe for use by many threads. */
public interface RequestLogStore {

    /** How many entries are kept, however young they are. */
    long MOST_ENTRIES = 1_000_000;

    /** Adds entries with ids that aren't there yet, all or none; they are durable when the method returns. */
    void add(List<RequestEntry> entries);

    /** The entry with an id. */
    Optional<RequestEntry> find(UUID id);

    /**
     * Entries, newest first.
     *
     * @param before only those older than the one with this id, which need not be there any more; null for no such limit
     */
    List<RequestEntry> list(RequestFilter filter, @Nullable UUID before, int limit, long offset);

    /**
     * Removes the oldest entries: those of requests that began before a time, and those beyond {@link #MOST_ENTRIES}.
     *
     * @param limit remove at most so many, so that nobody else waits for long
     * @return whether there may be more to remove
     */
    boolean prune(Instant before, int limit);
}
