package dev.quark.core.testing;

import dev.quark.core.requestlog.RequestEntry;
import dev.quark.core.requestlog.RequestFilter;
import dev.quark.core.requestlog.RequestLogStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

final class InMemoryRequestLog implements RequestLogStore {

    /** By the id's text, which sorts as databases sort ids. */
    private final TreeMap<String, RequestEntry> entries = new TreeMap<>();

    @Override
    public synchronized void add(List<RequestEntry> more) {
        if (more.stream().anyMatch(entry -> entries.containsKey(entry.id().toString()))) {
            throw new IllegalStateException("There is such an entry already");
        }
        more.forEach(entry -> entries.put(entry.id().toString(), entry));
    }

    @Override
    public synchronized Optional<RequestEntry> find(UUID id) {
        return Optional.ofNullable(entries.get(id.toString()));
    }

    @Override
    public synchronized List<RequestEntry> list(RequestFilter filter, @Nullable UUID before, int limit, long offset) {
        Map<String, RequestEntry> older = before == null ? entries : entries.headMap(before.toString());
        Stream<RequestEntry> newestFirst = List.copyOf(older.values()).reversed().stream();
        return newestFirst.filter(filter::matches).skip(offset).limit(limit).toList();
    }

    @Override
    public synchronized boolean prune(Instant before, int limit) {
        int removed = 0;
        while (removed < limit
                && !entries.isEmpty()
                && isSurplus(entries.firstEntry().getValue(), before)) {
            entries.pollFirstEntry();
            removed++;
        }
        return removed == limit;
    }

    private boolean isSurplus(RequestEntry oldest, Instant before) {
        return oldest.at().isBefore(before) || entries.size() > MOST_ENTRIES;
    }
}
