package dev.quark.core.deployment;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.service.Rollout;
import dev.quark.core.testing.Samples;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TimelineTest {

    private final DeploymentConfig config = Samples.config(Samples.REPOSITORY, "production");
    private final Deployment queued = Samples.pending(config, Trigger.PUSH);
    private final DeploymentState.Pending pending = new DeploymentState.Pending();
    private final DeploymentState.InProgress running = pending.start(at(2), "node-1");

    private Instant at(int seconds) {
        return queued.createdAt().plusSeconds(seconds);
    }

    private Deployment in(DeploymentState state) {
        return new Deployment(
                queued.id(),
                queued.config(),
                queued.repository(),
                queued.branch(),
                queued.name(),
                queued.commit(),
                queued.trigger(),
                queued.triggeredBy(),
                null,
                queued.createdAt(),
                state,
                null);
    }

    private String shown(DeploymentState state, Map<Phase, Instant> noted, @Nullable Rollout rollout) {
        Timeline timeline = Timeline.of(in(state), noted, rollout);
        Phase current = timeline.current();
        return timeline.spans().stream()
                        .map(span -> span.phase().label() + " "
                                + (span.duration() == null
                                        ? "…"
                                        : span.duration().toSeconds()))
                        .collect(Collectors.joining(", "))
                + " | " + (current == null ? "-" : current.label());
    }

    private Rollout rollout() {
        return Rollout.starting(queued.id().rollout(), config.id());
    }

    @Test
    void oneThatWaitsIsQueued() {
        assertEquals("queued … | queued", shown(pending, Map.of(), null));
    }

    @Test
    void oneThatWaitsForChecksIsQueuedOnceTheyHavePassed() {
        assertEquals("awaiting_checks … | awaiting_checks", shown(new DeploymentState.Pending(NOW), Map.of(), null));
        assertEquals("awaiting_checks 1, queued … | queued", shown(pending, Map.of(Phase.QUEUED, at(1)), null));
        assertEquals(
                "awaiting_checks 5 | -",
                shown(pending.cancel(at(5), "they failed"), Map.of(Phase.AWAITING_CHECKS, queued.createdAt()), null));
    }

    @Test
    void aPhaseEndsWhereTheNextBeginsAndTheLastWithTheDeployment() {
        Map<Phase, Instant> noted = Map.of(Phase.RUNNING, at(5));
        assertEquals("queued 2, checking_out … | checking_out", shown(running, Map.of(), null));
        assertEquals("queued 2, checking_out 3, running … | running", shown(running, noted, null));
        assertEquals("queued 2, checking_out 3, running 4 | -", shown(running.complete(at(9)), noted, null));
        assertEquals(
                "queued 2, checking_out 1 | -", shown(running.fail(at(3), null, "no such branch"), Map.of(), null));
        assertEquals("queued 7 | -", shown(pending.cancel(at(7), "superseded"), Map.of(), null));
    }

    @Test
    void aServiceIsStartedSwitchedWatchedAndDrained() {
        Map<Phase, Instant> noted =
                Map.of(Phase.RUNNING, at(3), Phase.STARTING, at(4), Phase.SWITCHING, at(6), Phase.WATCHING, at(7));
        Rollout switched = rollout().switched(at(7), true);
        String before = "queued 2, checking_out 1, running 1, starting 2, switching 1, ";
        assertEquals(before + "watching …, draining … | watching", shown(running, noted, switched));
        DeploymentState done = running.complete(at(17));
        assertEquals(before + "watching 10, draining … | draining", shown(done, noted, switched));
        assertEquals(before + "watching 10, draining 20 | -", shown(done, noted, switched.drained(at(27), null)));
    }

    @Test
    void aClockThatWasSetBackGivesNoTimeBelowZero() {
        assertEquals(
                "queued 2, checking_out 0, running 8 | -",
                shown(running.complete(at(9)), Map.of(Phase.RUNNING, at(1)), null));
    }
}
