package dev.quark.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.testing.InMemoryStores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LiveLogsTest {

    private static final Instant NOW = Instant.parse("2026-11-23T09:00:00Z");
    private static final Duration LONG = Duration.ofSeconds(30);

    private final LogStore store = new InMemoryStores().logs();
    private final LiveLogs logs = new LiveLogs(store);
    private final LogId id = new LogId(new UUID(0, 1));

    private static List<LogWriter.Text> texts(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> new LogWriter.Text(LogStream.STDOUT, "line " + i))
                .toList();
    }

    private static List<Long> drain(LogCursor cursor) {
        List<Long> seqs = new ArrayList<>();
        for (LogCursor.Lines lines = cursor.take(); lines != null; lines = cursor.take()) {
            lines.list().forEach(line -> seqs.add(line.seq()));
        }
        return seqs;
    }

    @Test
    void aReaderGetsStoredLinesThenLiveOnes() throws Exception {
        try (LogWriter writer = logs.write(id);
                LogCursor cursor = logs.read(id, 2)) {
            writer.append(texts(0, 5), NOW, SpoolPosition.START);
            assertEquals(List.of(3L, 4L, 5L), drain(cursor));
            assertFalse(cursor.await(Duration.ofMillis(1)));
            writer.append(texts(5, 2), NOW, SpoolPosition.START);
            assertTrue(cursor.await(LONG));
            assertEquals(List.of(6L, 7L), drain(cursor));
        }
    }

    @Test
    void aLineThatIsSeenIsStored() {
        try (LogWriter writer = logs.write(id);
                LogCursor cursor = logs.read(id, 0)) {
            writer.append(texts(0, 1), NOW, new SpoolPosition(7, 0));
            LogCursor.Lines seen = cursor.take();
            assertNotNull(seen);
            assertEquals(seen.list(), store.read(id, 0, 10));
            assertEquals(new LogStore.End(1, new SpoolPosition(7, 0)), store.end(id));
        }
    }

    @Test
    void readersThatKeepUpShareOneBatch() {
        try (LogWriter writer = logs.write(id);
                LogCursor one = logs.read(id, 0);
                LogCursor two = logs.read(id, 0)) {
            writer.append(texts(0, 3), NOW, SpoolPosition.START);
            LogCursor.Lines first = one.take();
            LogCursor.Lines second = two.take();
            assertNotNull(first);
            assertNotNull(second);
            assertSame(first.batch(), second.batch());
        }
    }

    @Test
    void aReaderThatKeepsUpAsksStorageForNothing() {
        AtomicInteger reads = new AtomicInteger();
        LiveLogs counted = new LiveLogs(new CountingReads(store, reads));
        try (LogWriter writer = counted.write(id);
                LogCursor cursor = counted.read(id, 0)) {
            for (int i = 0; i < 10; i++) {
                writer.append(texts(i, 1), NOW, SpoolPosition.START);
                assertEquals(List.of(i + 1L), drain(cursor));
            }
            assertEquals(0, reads.get());
        }
    }

    @Test
    void onlyNewsThatIsNoLineIsACall() {
        try (LogWriter writer = logs.write(id);
                LogCursor cursor = logs.read(id, 0)) {
            assertTrue(cursor.wasCalled(), "there is a reason to look at first");
            writer.append(texts(0, 1), NOW, SpoolPosition.START);
            assertFalse(cursor.wasCalled());
            logs.wake(id);
            assertTrue(cursor.wasCalled());
            assertFalse(cursor.wasCalled());
        }
    }

    @Test
    void aReaderThatFellBehindReadsFromStorage() {
        try (LogWriter writer = logs.write(id);
                LogCursor cursor = logs.read(id, 0)) {
            String wide = "x".repeat(1000);
            for (int i = 0; i < 5000; i++) {
                writer.append(List.of(new LogWriter.Text(LogStream.STDOUT, wide)), NOW, SpoolPosition.START);
            }
            assertEquals(LongStream.rangeClosed(1, 5000).boxed().toList(), drain(cursor));
        }
    }

    @Test
    void aWriterGoesOnWhereTheLastOneStopped() {
        try (LogWriter writer = logs.write(id)) {
            writer.append(texts(0, 2), NOW, new SpoolPosition(10, 4));
        }
        try (LogWriter writer = logs.write(id)) {
            assertEquals(new SpoolPosition(10, 4), writer.position());
            writer.note("taken up again", NOW);
        }
        assertEquals(
                List.of(1L, 2L, 3L),
                store.read(id, 0, 10).stream().map(LogLine::seq).toList());
        assertEquals(new SpoolPosition(10, 4), store.end(id).position());
    }

    @Test
    void nothingNewIsNoBatch() {
        try (LogCursor cursor = logs.read(id, 0)) {
            assertNull(cursor.take());
        }
    }

    @Test
    void everyReaderSeesEveryLineOnceAndInOrder() throws Exception {
        int total = 20_000;
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
                LogWriter writer = logs.write(id)) {
            List<Future<List<Long>>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                results.add(readers.submit(readAll(i * 100L, total)));
            }
            for (int from = 0; from < total; from += 50) {
                writer.append(texts(from, 50), NOW, SpoolPosition.START);
            }
            for (int i = 0; i < 8; i++) {
                assertEquals(
                        LongStream.rangeClosed(i * 100L + 1, total).boxed().toList(),
                        results.get(i).get());
            }
        }
    }

    private Callable<List<Long>> readAll(long after, int total) {
        return () -> {
            List<Long> seqs = new ArrayList<>();
            try (LogCursor cursor = logs.read(id, after)) {
                while (cursor.seq() < total) {
                    seqs.addAll(drain(cursor));
                    if (cursor.seq() < total) {
                        assertTrue(cursor.await(LONG));
                    }
                }
            }
            return seqs;
        };
    }

    /** Counts how often lines are read. */
    private record CountingReads(LogStore store, AtomicInteger reads) implements LogStore {

        @Override
        public void append(LogBatch batch) {
            store.append(batch);
        }

        @Override
        public List<LogLine> read(LogId log, long after, int limit) {
            reads.incrementAndGet();
            return store.read(log, after, limit);
        }

        @Override
        public End end(LogId log) {
            return store.end(log);
        }

        @Override
        public SpoolPosition position(LogId log, UUID source) {
            return store.position(log, source);
        }

        @Override
        public boolean prune(Instant before, int limit) {
            return store.prune(before, limit);
        }
    }
}
