package dev.quark.core.wrong;

import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;

/** Decides on time and chance by itself. */
final class Unpredictable {

    private Unpredictable() {}

    static final class AsksForNow {
        Instant now() {
            return Instant.now();
        }
    }

    static final class HasAClock {
        Clock clock() {
            return Clock.systemUTC();
        }
    }

    static final class CountsMilliseconds {
        long now() {
            return System.currentTimeMillis();
        }
    }

    static final class MakesIds {
        UUID id() {
            return UUID.randomUUID();
        }
    }

    static final class ThrowsDice {
        int eyes(Random random) {
            return random.nextInt(6);
        }
    }
}
