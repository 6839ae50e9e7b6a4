package dev.quark.core.deployment;

import dev.quark.core.service.Rollout;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a deployment's time was spent: each phase ends where the next one begins, and the last with the deployment.
 *
 * @param spans the phases that it came to, in order
 */
public record Timeline(List<Span> spans) {

    /**
     * The time that a deployment was in a phase.
     *
     * @param duration null while it lasts
     */
    public record Span(
            Phase phase, Instant startedAt, @Nullable Duration duration) {}

    /**
     * What there is to tell of a deployment.
     *
     * @param noted when it came to its phases, as {@link PhaseStore} knows it
     * @param rollout how far its service has come; null where it has none
     */
    public static Timeline of(Deployment deployment, Map<Phase, Instant> noted, @Nullable Rollout rollout) {
        List<Map.Entry<Phase, Instant>> starts =
                List.copyOf(starts(deployment, noted).entrySet());
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            Instant start = starts.get(i).getValue();
            Instant end = i + 1 < starts.size() ? starts.get(i + 1).getValue() : deployment.completedAt();
            spans.add(span(starts.get(i).getKey(), start, end));
        }
        if (rollout != null && rollout.switchedAt() != null) {
            spans.add(span(Phase.DRAINING, rollout.switchedAt(), rollout.drainedAt()));
        }
        return new Timeline(List.copyOf(spans));
    }

    /** What it is busy with; null where it isn't any more. While old instances drain, the first of the two. */
    public @Nullable Phase current() {
        return spans.stream()
                .filter(span -> span.duration() == null)
                .map(Span::phase)
                .findFirst()
                .orElse(null);
    }

    private static EnumMap<Phase, Instant> starts(Deployment deployment, Map<Phase, Instant> noted) {
        EnumMap<Phase, Instant> starts = new EnumMap<>(Phase.class);
        boolean checked = deployment.state() instanceof DeploymentState.Pending pending
                ? pending.checksUntil() != null
                : noted.containsKey(Phase.AWAITING_CHECKS);
        boolean passed = noted.containsKey(Phase.QUEUED);
        starts.put(checked || passed ? Phase.AWAITING_CHECKS : Phase.QUEUED, deployment.createdAt());
        Instant claimed = deployment.startedAt();
        if (claimed != null) {
            starts.put(Phase.CHECKING_OUT, claimed);
        }
        noted.forEach((phase, at) -> {
            if (phase != Phase.AWAITING_CHECKS) {
                starts.put(phase, at);
            }
        });
        return starts;
    }

    private static Span span(Phase phase, Instant start, @Nullable Instant end) {
        if (end == null) {
            return new Span(phase, start, null);
        }
        Duration lasted = Duration.between(start, end);
        return new Span(phase, start, lasted.isNegative() ? Duration.ZERO : lasted);
    }
}
