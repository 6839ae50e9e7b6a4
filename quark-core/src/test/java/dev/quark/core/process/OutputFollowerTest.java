package dev.quark.core.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quark.core.environment.Environment;
import dev.quark.core.environment.SecretMasker;
import dev.quark.core.log.LiveLogs;
import dev.quark.core.log.LogCursor;
import dev.quark.core.log.LogId;
import dev.quark.core.log.LogStream;
import dev.quark.core.log.LogWriter;
import dev.quark.core.log.SpoolPosition;
import dev.quark.core.testing.InMemoryStores;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OutputFollowerTest {

    private final LiveLogs logs = new LiveLogs(new InMemoryStores().logs());
    private final LogId id = new LogId(new UUID(0, 1));
    private final List<Duration> pauses = new ArrayList<>();

    @Test
    void forACrowdOfWatchersLinesGather() throws Exception {
        assertEquals(List.of(OutputFollower.GATHERING, OutputFollower.GATHERING), follow(OutputFollower.CROWD, 1, 1));
    }

    @Test
    void fewWatchersGetEachLineAtOnce() throws Exception {
        assertEquals(List.of(), follow(OutputFollower.CROWD - 1, 1, 1));
    }

    @Test
    void manyLinesAtOnceAreNotKeptFromACrowd() throws Exception {
        assertEquals(List.of(), follow(OutputFollower.CROWD, 64, 1000));
    }

    @Test
    void halfALineIsNothingToGatherFor() throws Exception {
        try (LogWriter writer = logs.write(id)) {
            List<LogCursor> crowd = crowd(OutputFollower.CROWD);
            follow(writer, "half");
            assertEquals(List.of(), pauses);
            crowd.forEach(LogCursor::close);
        }
    }

    private List<Duration> follow(int watchers, int... counts) throws InterruptedException {
        try (LogWriter writer = logs.write(id)) {
            List<LogCursor> crowd = crowd(watchers);
            String[] texts = new String[counts.length];
            for (int i = 0; i < counts.length; i++) {
                texts[i] = "line\n".repeat(counts[i]);
            }
            follow(writer, texts);
            crowd.forEach(LogCursor::close);
        }
        return pauses;
    }

    private List<LogCursor> crowd(int watchers) {
        List<LogCursor> crowd = new ArrayList<>();
        for (int i = 0; i < watchers; i++) {
            crowd.add(logs.read(id, 0));
        }
        return crowd;
    }

    private void follow(LogWriter writer, String... texts) throws InterruptedException {
        new OutputFollower(
                        new Printing(texts), SecretMasker.of(Environment.EMPTY), writer, Clock.systemUTC(), pauses::add)
                .toTheEnd(limit -> {});
    }

    /** Prints one text after the other, and exits. */
    private static final class Printing implements CommandRun {

        private final Deque<String> texts = new ArrayDeque<>();

        Printing(String... texts) {
            Collections.addAll(this.texts, texts);
        }

        @Override
        public Event read() {
            String text = texts.poll();
            return text == null
                    ? new Event.Exited(0)
                    : new Event.Output(List.of(new Piece(LogStream.STDOUT, text.getBytes(StandardCharsets.UTF_8))));
        }

        @Override
        public void stored(SpoolPosition upTo) {}

        @Override
        public boolean stop(Duration grace) {
            return false;
        }

        @Override
        public void close() {}
    }
}
