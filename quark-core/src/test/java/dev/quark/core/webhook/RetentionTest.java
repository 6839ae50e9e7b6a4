package dev.quark.core.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quark.core.log.LogBatch;
import dev.quark.core.log.LogId;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogStore;
import dev.quark.core.log.SpoolPosition;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.testing.InMemoryStores;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetentionTest {

    private static final Instant NOW = Instant.parse("2026-11-23T09:00:00Z");

    private final AtomicInteger asked = new AtomicInteger();

    private Retention retention(LogStore logs) {
        InMemoryStores others = new InMemoryStores();
        return new Retention(
                logs,
                others.deliveries(),
                others.requestLog(),
                Duration.ofDays(90),
                Duration.ofDays(14),
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    /** A timer never again runs what has thrown. */
    @Test
    void aDatabaseThatDoesNotAnswerIsAskedAgainTheNextTime() {
        Retention retention = retention(new PrunedLogs(before -> {
            asked.incrementAndGet();
            throw new UnavailableException("The database does not answer.");
        }));
        retention.run();
        retention.run();
        assertEquals(2, asked.get());
    }

    @Test
    void itGoesOnUntilNothingIsLeft() {
        retention(new PrunedLogs(before -> {
                    assertEquals(NOW.minus(Duration.ofDays(90)), before);
                    return asked.incrementAndGet() < 5;
                }))
                .run();
        assertEquals(5, asked.get());
    }

    private interface Prune {
        boolean prune(Instant before);
    }

    private record PrunedLogs(Prune prune) implements LogStore {

        @Override
        public SpoolPosition position(LogId log, UUID source) {
            return SpoolPosition.START;
        }

        @Override
        public void append(LogBatch batch) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<LogLine> read(LogId log, long after, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public End end(LogId log) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean prune(Instant before, int limit) {
            return prune.prune(before);
        }
    }
}
