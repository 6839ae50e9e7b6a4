package dev.quark.core.identity;

import java.util.List;

/** Keeps who did what. Entries are only ever added. Safe for use by many threads. */
public interface AuditLog {

    /** Adds an entry; it is durable when the method returns. */
    void record(AuditEntry entry);

    /** Entries, newest first. */
    List<AuditEntry> list(int limit, long offset);

    /** How many entries there are. */
    long count();
}
