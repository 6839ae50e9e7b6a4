package dev.quark.core.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quark.core.event.LocalEventBus;
import dev.quark.core.log.LogIndex;
import dev.quark.core.log.LogStream;
import dev.quark.core.log.SearchText;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.process.CommandScript;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class IndexLogsTest {

    private final RunWorld world = new RunWorld().command(CommandScript.empty().print(LogStream.STDOUT, "needle\n"));
    private final LogIndex index = world.stores.logIndex();

    @AfterEach
    void close() {
        world.close();
    }

    private int found() {
        return index.search(new LogIndex.Request(SearchText.parse("needle"), null, null, null, 10, null))
                .hits()
                .size();
    }

    @Test
    void whatWasLeftOverIsTakenInFirstThenWhateverEnds() throws Exception {
        world.run(world.claimed());
        try (IndexLogs logs = new IndexLogs(index, world.events)) {
            logs.start();
            RunWorld.await(() -> found() == 1);
            world.run(world.claimed());
            RunWorld.await(() -> found() == 2);
        }
    }

    @Test
    void aDatabaseThatIsAwayIsTriedAgain() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        LogIndex away = new LogIndex() {
            @Override
            public boolean takeIn() {
                if (calls.incrementAndGet() == 1) {
                    throw new UnavailableException("The database does not answer.");
                }
                return false;
            }

            @Override
            public Page search(Request request) {
                throw new UnsupportedOperationException();
            }
        };
        try (IndexLogs logs = new IndexLogs(away, new LocalEventBus(), Duration.ofMillis(10))) {
            logs.start();
            RunWorld.await(() -> calls.get() == 2);
        }
        assertEquals(2, calls.get());
    }
}
