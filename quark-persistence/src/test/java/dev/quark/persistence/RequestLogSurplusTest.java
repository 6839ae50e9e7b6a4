package dev.quark.persistence;

import static dev.quark.core.testing.Samples.NOW;
import static dev.quark.core.testing.Samples.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.requestlog.RequestFilter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestLogSurplusTest {

    @TempDir
    Path folder;

    @Test
    void whatIsBeyondTheMostGoesHoweverYoungItIs() {
        Persistence.Settings settings = Persistence.Settings.parse("sqlite:///" + folder.resolve("app.db"));
        try (Database database = SqliteDatabase.open(settings)) {
            JdbiRequestLogStore log = new JdbiRequestLogStore(database, 10);
            log.add(IntStream.range(0, 25).mapToObj(i -> request(i, NOW)).toList());
            assertTrue(log.prune(Instant.EPOCH, 10));
            assertFalse(log.prune(Instant.EPOCH, 10));
            assertFalse(log.prune(Instant.EPOCH, 10));
            assertEquals(
                    IntStream.range(15, 25)
                            .mapToObj(i -> request(i, NOW))
                            .toList()
                            .reversed(),
                    log.list(RequestFilter.ALL, null, 100, 0));
        }
    }
}
