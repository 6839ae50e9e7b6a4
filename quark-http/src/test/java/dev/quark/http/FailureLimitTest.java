package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailureLimitTest {

    private final TestTime time = new TestTime();
    private final FailureLimit limit = new FailureLimit(new Limits.Limit(3, Duration.ofSeconds(30)), "Too many.", time);

    @Test
    void refusesAfterTooManyFailuresUntilOneMoreIsAllowed() {
        for (int i = 0; i < 3; i++) {
            limit.require("a");
            limit.failed("a");
        }
        HttpProblem refused = assertThrows(HttpProblem.class, () -> limit.require("a"));
        assertEquals(429, refused.status());
        assertEquals("10", refused.headers().get("Retry-After"));
        assertEquals("Too many. Try again in 10 s.", refused.getMessage());
        assertThrows(HttpProblem.class, () -> limit.failed("a"));
        limit.require("b");
        time.pass(Duration.ofSeconds(10));
        limit.require("a");
        limit.failed("a");
        assertThrows(HttpProblem.class, () -> limit.require("a"));
    }

    @Test
    void whatSucceedsIsNotCounted() {
        for (int i = 0; i < 100; i++) {
            limit.attempt("a");
            limit.succeeded("a");
        }
        limit.attempt("a");
        limit.attempt("a");
        limit.attempt("a");
        assertThrows(HttpProblem.class, () -> limit.attempt("a"));
    }

    @Test
    void remembersABoundedNumber() {
        for (int i = 0; i < FailureLimit.MOST_CAUSERS + 100; i++) {
            limit.failed("causer " + i);
        }
        assertEquals(FailureLimit.MOST_CAUSERS, limit.causers());
    }

    @Test
    void askingRemembersNobody() {
        limit.require("a");
        assertEquals(0, limit.causers());
    }

    @Test
    void anIPv6NetworkIsOneCauser() {
        assertEquals(FailureLimit.causer("2001:db8:1:2::1"), FailureLimit.causer("2001:db8:1:2:ffff:0:0:9"));
        assertNotEquals(FailureLimit.causer("2001:db8:1:2::1"), FailureLimit.causer("2001:db8:1:3::1"));
        assertNotEquals(FailureLimit.causer("192.0.2.1"), FailureLimit.causer("192.0.2.2"));
    }

    private static final class TestTime implements TimeMeter {

        private long nanos = 1;

        void pass(Duration duration) {
            nanos += duration.toNanos();
        }

        @Override
        public long currentTimeNanos() {
            return nanos;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
