package dev.quark.core.log;

import static dev.quark.core.testing.Samples.NOW;
import static dev.quark.core.testing.Samples.REPOSITORY;
import static dev.quark.core.testing.Samples.config;
import static dev.quark.core.testing.Samples.line;
import static dev.quark.core.testing.Samples.lines;
import static dev.quark.core.testing.Samples.pending;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.testing.Samples;
import dev.quark.core.testing.Stores;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link LogStore} does. */
public abstract class LogStoreContract {

    private final LogId log = new LogId(Samples.id());
    private Stores stores;
    private LogStore logs;

    /** Empty stores. */
    protected abstract Stores open();

    @BeforeEach
    final void openStores() {
        stores = open();
        logs = stores.logs();
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    @Test
    void anEmptyLogEndsAtTheStart() {
        assertEquals(LogStore.End.EMPTY, logs.end(log));
        assertEquals(List.of(), logs.read(log, 0, 100));
    }

    @Test
    void givesBackEveryLineExactly() {
        String longest = "ä".repeat(LogLine.MAX_LENGTH);
        List<LogLine> lines = List.of(
                new LogLine(1, NOW, LogStream.SYSTEM, ""),
                new LogLine(
                        2, NOW.plusMillis(70_000), LogStream.STDOUT, "\ttabs, \u0000 NUL, \u001b[31mred\u001b[0m, \r"),
                new LogLine(3, NOW.minusSeconds(40_000_000), LogStream.STDERR, "日本 🚀 \ufffd"),
                new LogLine(4, NOW, LogStream.STDOUT, longest));
        logs.append(new LogBatch(log, lines, new SpoolPosition(1L << 40, 7)));
        assertEquals(lines, logs.read(log, 0, 100));
        assertEquals(new LogStore.End(4, new SpoolPosition(1L << 40, 7)), logs.end(log));
    }

    @Test
    void readsAcrossBatches() {
        logs.append(lines(log, 1, 1));
        logs.append(lines(log, 2, 100));
        logs.append(lines(log, 101, 250));
        logs.append(lines(new LogId(Samples.id()), 1, 10));
        assertEquals(numbers(1, 250), numbers(logs.read(log, 0, 1000)));
        assertEquals(numbers(2, 3), numbers(logs.read(log, 1, 2)));
        assertEquals(numbers(100, 101), numbers(logs.read(log, 99, 2)));
        assertEquals(numbers(250, 250), numbers(logs.read(log, 249, 2)));
        assertEquals(List.of(), logs.read(log, 250, 10));
        assertEquals(List.of(), logs.read(log, Long.MAX_VALUE - 1, 10));
        assertEquals(List.of(), logs.read(log, Long.MAX_VALUE, 10));
        assertEquals(line(175, NOW), logs.read(log, 174, 1).get(0));
        assertEquals(new LogStore.End(250, new SpoolPosition(2500, 750)), logs.end(log));
    }

    @Test
    void readsAboutAMebibyteAtATime() {
        String text = "x".repeat(LogLine.MAX_LENGTH);
        for (int batch = 0; batch < 20; batch++) {
            long first = batch * 10L + 1;
            logs.append(new LogBatch(
                    log,
                    LongStream.range(first, first + 10)
                            .mapToObj(seq -> new LogLine(seq, NOW, LogStream.STDOUT, text))
                            .toList(),
                    SpoolPosition.START));
        }
        List<Long> seen = new ArrayList<>();
        List<LogLine> page = logs.read(log, 0, 1000);
        while (!page.isEmpty()) {
            assertTrue(page.size() <= 64, "a page holds at most a mebibyte: " + page.size());
            seen.addAll(numbers(page));
            page = logs.read(log, seen.size(), 1000);
        }
        assertEquals(numbers(1, 200), seen);
    }

    @Test
    void refusesLinesThatAreStoredAlready() {
        logs.append(lines(log, 1, 10));
        assertThrows(IllegalStateException.class, () -> logs.append(lines(log, 1, 10)));
        assertThrows(IllegalStateException.class, () -> logs.append(lines(log, 1, 20)));
        assertThrows(IllegalStateException.class, () -> logs.append(lines(log, 5, 12)));
        assertThrows(IllegalStateException.class, () -> logs.append(lines(log, 10, 10)));
        logs.append(lines(log, 11, 11));
        assertEquals(numbers(1, 11), numbers(logs.read(log, 0, 100)));
    }

    @Test
    void refusesAGap() {
        assertThrows(IllegalStateException.class, () -> logs.append(lines(log, 2, 3)));
        logs.append(lines(log, 1, 1));
        assertThrows(IllegalStateException.class, () -> logs.append(lines(log, 3, 3)));
        assertEquals(1, logs.end(log).lastSeq());
    }

    @Test
    void oneOfManyWritersOfTheSameLinesSucceeds() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Future<Boolean>> writers = IntStream.range(0, 16)
                    .mapToObj(i -> threads.submit(() -> appended(lines(log, 1, 1 + i))))
                    .toList();
            int written = 0;
            for (Future<Boolean> writer : writers) {
                written += writer.get() ? 1 : 0;
            }
            assertEquals(1, written);
        }
        assertEquals(numbers(1, logs.end(log).lastSeq()), numbers(logs.read(log, 0, 100)));
    }

    @Test
    void prunesInSteps() {
        LogId recent = new LogId(Samples.id());
        logs.append(lines(log, 1, 100, NOW.minusSeconds(300)));
        logs.append(lines(log, 101, 200, NOW.minusSeconds(200)));
        logs.append(lines(log, 201, 210, NOW));
        logs.append(lines(recent, 1, 10, NOW));
        assertTrue(logs.prune(NOW.minusSeconds(60), 100));
        assertEquals(numbers(101, 210), numbers(logs.read(log, 0, 1000)));
        while (logs.prune(NOW.minusSeconds(60), 100)) {
            // Until nothing is left to remove.
        }
        assertEquals(numbers(201, 210), numbers(logs.read(log, 0, 1000)));
        assertEquals(210, logs.end(log).lastSeq());
        assertEquals(numbers(1, 10), numbers(logs.read(recent, 0, 1000)));
        logs.append(lines(log, 211, 211));
        assertEquals(211, logs.end(log).lastSeq());
    }

    @Test
    void doesNotPruneALogThatIsBeingWritten() {
        DeploymentConfig config = config(REPOSITORY, "production");
        stores.configs().add(config);
        Deployment deployment = pending(config, Trigger.MANUAL);
        stores.deployments().add(deployment);
        DeploymentState.InProgress running = (DeploymentState.InProgress)
                stores.queue().claim("node", NOW).orElseThrow().state();
        LogId written = deployment.id().log();
        logs.append(lines(written, 1, 5, NOW.minusSeconds(300)));
        assertFalse(logs.prune(NOW.minusSeconds(60), 100));
        assertEquals(5, logs.end(written).lastSeq());
        stores.deployments().transition(deployment.id(), running, running.complete(NOW));
        while (logs.prune(NOW.minusSeconds(60), 100)) {
            // Until nothing is left to remove.
        }
        assertEquals(LogStore.End.EMPTY, logs.end(written));
        assertTrue(stores.deployments().find(deployment.id()).isPresent());
    }

    @Test
    void holdsAMillionLines() {
        int count = 1_000_000;
        for (int first = 1; first <= count; first += 3000) {
            logs.append(lines(log, first, Math.min(first + 2999, count)));
        }
        long seq = 0;
        List<LogLine> page = logs.read(log, 0, 10_000);
        while (!page.isEmpty()) {
            for (LogLine line : page) {
                seq++;
                if (line.seq() != seq || seq % 997 == 0) {
                    assertEquals(line(seq, NOW), line);
                }
            }
            page = logs.read(log, seq, 10_000);
        }
        assertEquals(count, seq);
        assertEquals(count, logs.end(log).lastSeq());
    }

    private boolean appended(LogBatch batch) {
        try {
            logs.append(batch);
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private static List<Long> numbers(List<LogLine> lines) {
        return lines.stream().map(LogLine::seq).toList();
    }

    private static List<Long> numbers(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void knowsHowFarEachOfSeveralCommandsIsStoredThatShareALog() {
        LogId log = new LogId(Samples.id());
        java.util.UUID one = Samples.id();
        java.util.UUID two = Samples.id();
        logs.append(new LogBatch(log, List.of(Samples.line(1, NOW)), new SpoolPosition(10, 1), one));
        logs.append(new LogBatch(log, List.of(Samples.line(2, NOW)), new SpoolPosition(20, 2), two));
        logs.append(new LogBatch(log, List.of(Samples.line(3, NOW)), new SpoolPosition(15, 1), one));
        logs.append(new LogBatch(log, List.of(Samples.line(4, NOW)), SpoolPosition.START));

        assertEquals(new SpoolPosition(15, 1), logs.position(log, one));
        assertEquals(new SpoolPosition(20, 2), logs.position(log, two));
        assertEquals(SpoolPosition.START, logs.position(log, Samples.id()));
        assertEquals(SpoolPosition.START, logs.position(new LogId(Samples.id()), one));
        assertEquals(4, logs.end(log).lastSeq());
    }

    @Test
    void keepsWhereTheWritersOfAServicesLogGoOn() {
        dev.quark.core.config.DeploymentConfig config = Samples.config(Samples.REPOSITORY, "with-service");
        stores.configs().add(config);
        LogId log = new LogId(config.id().value());
        dev.quark.core.process.RunId run = new dev.quark.core.process.RunId(Samples.id());
        stores.instances()
                .add(dev.quark.core.service.Instance.first(
                        config.id(), new dev.quark.core.service.RolloutId(Samples.id()), 1, "node", 20_000, run, NOW));
        java.time.Instant old = NOW.minusSeconds(1000);
        logs.append(new LogBatch(log, List.of(Samples.line(1, old)), new SpoolPosition(5, 0), run.value()));
        logs.append(new LogBatch(log, List.of(Samples.line(2, old)), new SpoolPosition(9, 0), run.value()));
        logs.append(new LogBatch(log, List.of(Samples.line(3, old)), SpoolPosition.START));
        logs.append(new LogBatch(log, List.of(Samples.line(4, old)), SpoolPosition.START));
        while (logs.prune(NOW.minusSeconds(60), 100)) {
            // A step at a time.
        }
        assertEquals(
                List.of(2L, 4L),
                logs.read(log, 0, 10).stream().map(LogLine::seq).toList());
        assertEquals(new SpoolPosition(9, 0), logs.position(log, run.value()));
        assertEquals(4, logs.end(log).lastSeq());
    }
}
