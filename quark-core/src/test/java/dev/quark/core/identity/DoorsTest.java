package dev.quark.core.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.UnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DoorsTest {

    @Test
    void openDoorsKeepNobodyWaiting() {
        Doors doors = Doors.opened();

        doors.pass();
    }

    @Test
    void whoComesToClosedDoorsWaitsUntilTheyAreOpened() throws Exception {
        Doors doors = Doors.closed();
        CompletableFuture<String> through = new CompletableFuture<>();
        Thread visitor = Thread.ofPlatform().start(() -> {
            doors.pass();
            through.complete("through");
        });
        while (visitor.getState() != Thread.State.TIMED_WAITING) {
            assertTrue(visitor.isAlive(), "the visitor was let in through closed doors");
            Thread.onSpinWait();
        }

        doors.open();

        assertEquals("through", through.get(30, TimeUnit.SECONDS));
    }

    @Test
    void whoIsInterruptedAtClosedDoorsIsTurnedAway() throws Exception {
        Doors doors = Doors.closed();
        CompletableFuture<Exception> refusal = new CompletableFuture<>();
        Thread visitor = Thread.ofPlatform()
                .start(() -> refusal.complete(assertThrows(UnavailableException.class, doors::pass)));

        visitor.interrupt();

        assertEquals(
                "The server is stopping.", refusal.get(30, TimeUnit.SECONDS).getMessage());
        assertTrue(visitor.join(Duration.ofSeconds(30)));
    }
}
