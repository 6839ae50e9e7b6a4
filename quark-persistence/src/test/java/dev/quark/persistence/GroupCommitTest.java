package dev.quark.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.UnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes of many callers in one transaction on a real SQLite file. */
class GroupCommitTest {

    @TempDir
    Path folder;

    private SqliteDatabase database;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(Persistence.Settings.parse("sqlite:///" + folder.resolve("app.db")));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aUnitThatFailsFailsAlone() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            CountDownLatch held = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            Future<Integer> holder = threads.submit(() -> database.write(session -> {
                held.countDown();
                awaitUninterruptibly(go);
                return 0;
            }));
            held.await();
            List<Future<Integer>> units = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int number = i;
                units.add(threads.submit(() -> database.write(session -> {
                    runs.incrementAndGet();
                    insert(session, "actor-" + number);
                    if (number == 20) {
                        throw new IllegalArgumentException("unit 20");
                    }
                    if (number == 30) {
                        session.handle().execute("INSERT INTO no_such_table VALUES (1)");
                    }
                    return number;
                })));
            }
            while (database.waiting() < units.size()) {
                Thread.onSpinWait();
            }
            go.countDown();
            holder.get();
            for (int i = 0; i < 40; i++) {
                Future<Integer> unit = units.get(i);
                if (i == 20) {
                    Throwable cause =
                            assertThrows(ExecutionException.class, unit::get).getCause();
                    assertEquals("unit 20", String.valueOf(cause == null ? null : cause.getMessage()));
                } else if (i == 30) {
                    Throwable cause =
                            assertThrows(ExecutionException.class, unit::get).getCause();
                    assertEquals(IllegalStateException.class, cause == null ? null : cause.getClass());
                } else {
                    assertEquals(i, unit.get());
                }
            }
        }
        assertEquals(38, count());
        assertTrue(runs.get() > 40, "the group was run, undone, and run again one by one: " + runs);
    }

    @Test
    void aUnitThatThrowsLeavesNothingBehind() {
        IllegalArgumentException thrown = new IllegalArgumentException("no");
        assertSame(
                thrown,
                assertThrows(
                        IllegalArgumentException.class,
                        () -> database.write(session -> {
                            insert(session, "x");
                            throw thrown;
                        })));
        assertEquals(0, count());
    }

    @Test
    void anErrorReachesItsCallerAndTheNextUnitIsDone() {
        assertThrows(
                StackOverflowError.class,
                () -> database.write(session -> {
                    throw new StackOverflowError();
                }));
        database.write(session -> insert(session, "x"));
        assertEquals(1, count());
    }

    @Test
    void anInterruptedCallerWaitsAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        int rows = database.write(session -> insert(session, "x"));
        assertTrue(Thread.interrupted(), "the interrupt is kept");
        assertEquals(1, rows);
        assertEquals(1, count());
    }

    @Test
    void aUnitCanNotBeginAnother() {
        assertThrows(
                IllegalStateException.class,
                () -> database.write(session -> database.write(other -> insert(other, "x"))));
    }

    @Test
    void refusesWhereTooMuchWaits() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        GroupCommit.Transactions blocked = new GroupCommit.Transactions() {
            @Override
            public Session begin() {
                awaitUninterruptibly(go);
                throw new IllegalStateException("begun");
            }

            @Override
            public void commit() {}

            @Override
            public void rollback() {}
        };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                GroupCommit full = new GroupCommit(blocked, Duration.ofMillis(1))) {
            List<Future<Integer>> callers = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                callers.add(threads.submit(() -> full.run(session -> 1)));
            }
            int refused = 0;
            while (refused == 0) {
                refused = (int)
                        callers.stream().filter(GroupCommitTest::wasRefused).count();
            }
            go.countDown();
        }
    }

    @Test
    void whatBeganBeforeTheEndIsDoneAndWhatComesLaterIsRefused() {
        database.write(session -> insert(session, "x"));
        database.close();
        assertThrows(UnavailableException.class, () -> database.write(session -> insert(session, "late")));
        database = SqliteDatabase.open(Persistence.Settings.parse("sqlite:///" + folder.resolve("app.db")));
        assertEquals(1, count());
    }

    private int count() {
        return database.read(session ->
                session.query("SELECT count(*) FROM audit").mapTo(int.class).one());
    }

    private static int insert(Session session, String actor) {
        return session.update(
                        "INSERT INTO audit (at, actor, address, action, target, detail) VALUES (1, :actor, '', '', '', '')")
                .bind("actor", actor)
                .execute();
    }

    private static boolean wasRefused(Future<Integer> caller) {
        return caller.state() == Future.State.FAILED && caller.exceptionNow() instanceof UnavailableException;
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
