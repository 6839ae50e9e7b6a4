package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

    private final Pace pace = new Pace(0);

    private boolean isKept(int bytes, int second) {
        return pace.isKept(bytes, Duration.ofSeconds(second).toNanos());
    }

    @Test
    void whoWasFastMayNotTrickleLater() {
        assertTrue(isKept(16 << 20, 1));
        assertTrue(isKept(1, 19));
        assertTrue(isKept(1, 21));
        assertTrue(isKept(1, 40));
        assertFalse(isKept(1, 42));
    }

    @Test
    void aSlowButSteadyClientIsTaken() {
        for (int second = 1; second < 2000; second++) {
            assertTrue(isKept(17 * 1024, second));
        }
    }

    @Test
    void aClientHasTimeForItsFirstBytes() {
        assertTrue(isKept(1, 20));
        assertFalse(isKept(1, 21));
    }
}
