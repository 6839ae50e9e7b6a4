package dev.quark.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.UnavailableException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpeningDatabaseTest {

    @TempDir
    Path folder;

    private final CountDownLatch mayOpen = new CountDownLatch(1);

    @Test
    void whoAsksWaitsUntilItIsOpen() throws Exception {
        try (OpeningDatabase database = new OpeningDatabase(this::openLate)) {
            CompletableFuture<Integer> answer = CompletableFuture.supplyAsync(() -> database.read(
                    session -> session.query("SELECT 7").mapTo(Integer.class).one()));
            assertFalse(database.isReachable());
            assertFalse(answer.isDone());

            mayOpen.countDown();

            assertEquals(7, answer.get(30, TimeUnit.SECONDS));
            assertTrue(database.isReachable());
        }
    }

    @Test
    void whyItCouldNotBeOpenedIsToldToEverybody() {
        UnavailableException reason = new UnavailableException("no answer");
        try (OpeningDatabase database = new OpeningDatabase(() -> {
            throw reason;
        })) {
            assertSame(reason, assertThrows(UnavailableException.class, database::join));
            assertSame(reason, assertThrows(UnavailableException.class, () -> database.write(session -> 1)));
            assertFalse(database.isReachable());
        }
    }

    @Test
    void closingLetsGoOfWhatIsOpenedOnlyThen() throws Exception {
        OpeningDatabase database = new OpeningDatabase(this::openLate);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(database::close);
        mayOpen.countDown();
        closed.get(30, TimeUnit.SECONDS);

        assertThrows(UnavailableException.class, () -> database.write(session -> 1));
    }

    private Database openLate() {
        try {
            assertTrue(mayOpen.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return SqliteDatabase.open(Persistence.Settings.parse("sqlite:///" + folder.resolve("app.db")));
    }
}
