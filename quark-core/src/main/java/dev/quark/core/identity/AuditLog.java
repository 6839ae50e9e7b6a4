package dev.quark.core.identity;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps who did what. Entries are only ever added. Safe for use by many threads. */
public interface AuditLog {

    /** Adds an entry; it is durable when the method returns. */
    void record(AuditEntry entry);

    /**
     * Makes a change and adds an entry about it, both or neither, whatever crashes: the entry is stored in one transaction
     * with the first thing that the change stores on this thread. Where that fails, or says that it changed nothing (false,
     * or an empty Optional), there is no entry.
     *
     * @return what the change gives
     */
    <T extends @Nullable Object> T with(AuditEntry entry, Supplier<T> change);

    /** Entries, newest first. */
    List<AuditEntry> list(int limit, long offset);

    /** How many entries there are. */
    long count();
}
