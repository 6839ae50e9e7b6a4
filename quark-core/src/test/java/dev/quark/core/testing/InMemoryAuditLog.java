package dev.quark.core.testing;

import dev.quark.core.identity.AuditEntry;
import dev.quark.core.identity.AuditLog;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
    public <T extends @Nullable Object> T with(AuditEntry entry, Supplier<T> change) {
        T result = change.get();
        if (!Boolean.FALSE.equals(result) && !Optional.empty().equals(result)) {
            record(entry);
        }
        return result;
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
