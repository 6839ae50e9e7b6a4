package dev.quark.http;

import dev.quark.core.log.LogBatch;
import dev.quark.core.log.LogId;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogStore;
import dev.quark.core.log.SpoolPosition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Logs in memory. */
final class FakeLogs implements LogStore {

    private final Map<LogId, List<LogLine>> all = new HashMap<>();
    private final Map<LogId, SpoolPosition> positions = new HashMap<>();

    @Override
    public synchronized void append(LogBatch batch) {
        all.computeIfAbsent(batch.log(), id -> new ArrayList<>()).addAll(batch.lines());
        positions.put(batch.log(), batch.position());
    }

    @Override
    public synchronized List<LogLine> read(LogId log, long after, int limit) {
        List<LogLine> lines = all.getOrDefault(log, List.of());
        int from = (int) Math.min(after, lines.size());
        List<LogLine> page = new ArrayList<>();
        long size = 0;
        for (int i = from; i < lines.size() && page.size() < limit && size < 1 << 20; i++) {
            page.add(lines.get(i));
            size += lines.get(i).text().length();
        }
        return page;
    }

    @Override
    public synchronized End end(LogId log) {
        return new End(all.getOrDefault(log, List.of()).size(), positions.getOrDefault(log, SpoolPosition.START));
    }

    @Override
    public SpoolPosition position(LogId log, UUID source) {
        return SpoolPosition.START;
    }

    @Override
    public boolean prune(Instant before, int limit) {
        return false;
    }
}
