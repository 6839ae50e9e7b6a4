package dev.quark.core.testing;

import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.log.LogBatch;
import dev.quark.core.log.LogId;
import dev.quark.core.log.LogIndex;
import dev.quark.core.log.LogLine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Looks at every line of the logs that were taken in. */
final class InMemoryLogIndex implements LogIndex {

    private final Memory memory;

    InMemoryLogIndex(Memory memory) {
        this.memory = memory;
    }

    @Override
    public boolean takeIn() {
        return memory.locked(() -> memory.deployments.values().stream()
                .filter(deployment -> deployment.status().isFinal())
                .anyMatch(deployment -> memory.searchable.add(deployment.id().log())));
    }

    @Override
    public Page search(Request request) {
        return memory.locked(() -> {
            List<Line> wanted = memory.searchable.stream()
                    .filter(log -> isOf(request, log))
                    .flatMap(log -> lines(log).stream().map(line -> new Line(log, line)))
                    .filter(line -> request.wants(line.line()))
                    .sorted(Comparator.comparing(
                                    Line::place,
                                    Comparator.comparingLong(Place::chunk).thenComparingLong(Place::seq))
                            .reversed())
                    .dropWhile(line -> request.before() != null && !line.isAfter(request.before()))
                    .limit(request.limit())
                    .toList();
            boolean full = wanted.size() == request.limit();
            return new Page(
                    wanted.stream().map(this::hit).toList(),
                    full ? wanted.getLast().place() : null);
        });
    }

    private boolean isOf(Request request, LogId log) {
        @Nullable Deployment deployment = memory.deployments.get(new DeploymentId(log.value()));
        return deployment != null
                && (request.repository() == null || request.repository().equals(deployment.repository()));
    }

    private List<LogLine> lines(LogId log) {
        List<LogLine> lines = new ArrayList<>();
        for (LogBatch batch : memory.logs.getOrDefault(log, new TreeMap<>()).values()) {
            lines.addAll(batch.lines());
        }
        return lines;
    }

    private Hit hit(Line hit) {
        long seq = hit.line().seq();
        List<LogLine> lines = lines(hit.log());
        return new Hit(
                hit.log(),
                hit.line(),
                lines.stream()
                        .filter(line -> line.seq() < seq && line.seq() >= seq - AROUND)
                        .toList(),
                lines.stream()
                        .filter(line -> line.seq() > seq && line.seq() <= seq + AROUND)
                        .toList());
    }

    private record Line(LogId log, LogLine line) {

        Place place() {
            return new Place(line.at().toEpochMilli(), line.seq());
        }

        boolean isAfter(Place before) {
            Place place = place();
            return place.chunk() < before.chunk() || (place.chunk() == before.chunk() && place.seq() < before.seq());
        }
    }
}
