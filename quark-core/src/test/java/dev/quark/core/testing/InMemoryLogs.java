package dev.quark.core.testing;

import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.log.LogBatch;
import dev.quark.core.log.LogId;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogStore;
import dev.quark.core.log.SpoolPosition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

final class InMemoryLogs implements LogStore {

    private static final long PAGE_CHARACTERS = 1 << 20;

    private final Memory memory;

    InMemoryLogs(Memory memory) {
        this.memory = memory;
    }

    @Override
    public void append(LogBatch batch) {
        memory.locked(() -> {
            TreeMap<Long, LogBatch> log = memory.logs.computeIfAbsent(batch.log(), id -> new TreeMap<>());
            long last = log.isEmpty() ? 0 : log.lastEntry().getValue().lastSeq();
            if (batch.firstSeq() != last + 1) {
                throw new IllegalStateException("The log " + batch.log() + " ends with line " + last
                        + " and can't be continued with line " + batch.firstSeq() + ": somebody else writes it");
            }
            return log.put(batch.firstSeq(), batch);
        });
    }

    @Override
    public List<LogLine> read(LogId log, long after, int limit) {
        return memory.locked(() -> {
            TreeMap<Long, LogBatch> batches = memory.logs.getOrDefault(log, new TreeMap<>());
            @Nullable Long first = batches.floorKey(after);
            List<LogLine> page = new ArrayList<>();
            long characters = 0;
            for (LogBatch batch :
                    batches.tailMap(first == null ? 0L : first, true).values()) {
                for (LogLine line : batch.lines()) {
                    if (line.seq() > after) {
                        characters += line.text().length();
                        if (page.size() == limit || (characters > PAGE_CHARACTERS && !page.isEmpty())) {
                            return page;
                        }
                        page.add(line);
                    }
                }
            }
            return page;
        });
    }

    @Override
    public End end(LogId log) {
        return memory.locked(() -> {
            TreeMap<Long, LogBatch> batches = memory.logs.getOrDefault(log, new TreeMap<>());
            if (batches.isEmpty()) {
                return End.EMPTY;
            }
            LogBatch last = batches.lastEntry().getValue();
            return new End(last.lastSeq(), last.position());
        });
    }

    @Override
    public SpoolPosition position(LogId log, UUID source) {
        return memory.locked(() -> memory.logs.getOrDefault(log, new TreeMap<>()).descendingMap().values().stream()
                .filter(batch -> source.equals(batch.source()))
                .findFirst()
                .map(LogBatch::position)
                .orElse(SpoolPosition.START));
    }

    @Override
    public boolean prune(Instant before, int limit) {
        return memory.locked(() -> {
            long removed = 0;
            Iterator<Map.Entry<LogId, TreeMap<Long, LogBatch>>> logs =
                    memory.logs.entrySet().iterator();
            while (logs.hasNext()) {
                Map.Entry<LogId, TreeMap<Long, LogBatch>> log = logs.next();
                boolean service =
                        memory.configs.containsKey(new ConfigId(log.getKey().value()));
                long end = log.getValue().isEmpty()
                        ? 0
                        : log.getValue().lastEntry().getValue().lastSeq();
                Iterator<LogBatch> batches = log.getValue().values().iterator();
                while (!isWritten(log.getKey()) && batches.hasNext()) {
                    LogBatch batch = batches.next();
                    List<LogLine> lines = batch.lines();
                    boolean surplus = service && batch.lastSeq() <= end - MOST_SERVICE_LINES;
                    boolean old = lines.stream().allMatch(line -> line.at().isBefore(before));
                    if ((old || surplus) && !(service && isNeeded(batch, log.getValue()))) {
                        if (removed >= limit) {
                            return true;
                        }
                        removed += lines.size();
                        batches.remove();
                    }
                }
                if (log.getValue().isEmpty()) {
                    logs.remove();
                }
            }
            return false;
        });
    }

    /** A service's writers go on where the log ends, and where an instance's output does. */
    private boolean isNeeded(LogBatch batch, NavigableMap<Long, LogBatch> log) {
        boolean lastOfSource = log.tailMap(batch.firstSeq(), false).values().stream()
                .noneMatch(later -> java.util.Objects.equals(later.source(), batch.source()));
        return batch == log.lastEntry().getValue()
                || (lastOfSource
                        && memory.instances.stream()
                                .anyMatch(instance -> instance.run().value().equals(batch.source())));
    }

    /** The log of a deployment that has no outcome yet is left alone: its writer continues the numbering. */
    private boolean isWritten(LogId log) {
        Deployment deployment = memory.deployments.get(new DeploymentId(log.value()));
        return deployment != null && !deployment.status().isFinal();
    }
}
