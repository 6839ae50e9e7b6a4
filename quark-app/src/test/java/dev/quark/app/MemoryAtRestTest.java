package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryAtRestTest {

    private static final long SMALL = 32L << 20;

    private long live = SMALL;
    private long heap = SMALL;
    private Duration worked = Duration.ofSeconds(5);
    private int collected;
    private final MemoryAtRest atRest = new MemoryAtRest(() -> heap, () -> worked, this::collect);

    private void collect() {
        collected++;
        worked = worked.plusMillis(30);
        heap = live;
    }

    private void grow() {
        heap += MemoryAtRest.WORTH_BYTES;
        worked = worked.plus(MemoryAtRest.BUSY);
    }

    @Test
    void whatABurstTookIsGivenBackOnceItIsOver() {
        grow();
        atRest.run();
        assertEquals(0, collected, "it may go on");

        atRest.run();
        assertEquals(1, collected);
        assertEquals(SMALL, heap);

        atRest.run();
        assertEquals(1, collected);
    }

    @Test
    void aQuietServerIsLeftAlone() {
        worked = worked.plusMillis(100);
        heap += MemoryAtRest.WORTH_BYTES - 1;
        atRest.run();
        atRest.run();
        assertEquals(0, collected);
    }

    @Test
    void whatIsInUseIsNotCollectedAgainAndAgain() {
        grow();
        live = heap;
        for (int i = 0; i < 4; i++) {
            atRest.run();
        }
        assertEquals(1, collected);
    }
}
