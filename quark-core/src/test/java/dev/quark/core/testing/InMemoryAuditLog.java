package dev.quark.core.testing;

import dev.quark.core.identity.AuditEntry;
import dev.quark.core.identity.AuditLog;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

final class InMemoryAuditLog implements AuditLog {

    private final Deque<AuditEntry> newestFirst = new ArrayDeque<>();

    @Override
    public synchronized void record(AuditEntry entry) {
        newestFirst.addFirst(new AuditEntry(
                Memory.millis(entry.at()),
                entry.actor(),
                entry.address(),
                entry.action(),
                entry.target(),
                entry.detail()));
    }

    @Override
    public synchronized List<AuditEntry> list(int limit, long offset) {
        return newestFirst.stream().skip(offset).limit(limit).toList();
    }

    @Override
    public synchronized long count() {
        return newestFirst.size();
    }
}
