package dev.quark.core.deployment;

import dev.quark.core.deployment.DeploymentState.InProgress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Ends the deployments of nodes that are gone for good: one that was renamed, or whose database was brought to another
 * machine. A node ends its own deployments within their limit of time, so what is in progress long after that is nobody's
 * any more, and would keep its config from ever being deployed again. For one thread.
 */
public final class EndLost implements Runnable {

    /** So long after its limit a deployment's node is taken for lost: what comes after the command takes time too. */
    public static final Duration MARGIN = Duration.ofHours(1);

    private static final System.Logger LOG = System.getLogger(EndLost.class.getName());

    /** A run that was never begun is limited by what a limit can be at most. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private static final int MOST = 1000;

    private final DeploymentStore deployments;
    private final DeploymentQueue queue;
    private final ReleaseStore releases;
    private final Transitions transitions;
    private final String node;
    private final Clock clock;

    /** @param node this node's name: what is this node's own is left alone */
    public EndLost(
            DeploymentStore deployments,
            DeploymentQueue queue,
            ReleaseStore releases,
            Transitions transitions,
            String node,
            Clock clock) {
        this.deployments = deployments;
        this.queue = queue;
        this.releases = releases;
        this.transitions = transitions;
        this.node = node;
        this.clock = clock;
    }

    @Override
    public void run() {
        try {
            DeploymentFilter running = new DeploymentFilter(null, null, DeploymentStatus.IN_PROGRESS);
            List<Deployment> all = deployments.list(running, null, MOST, 0);
            Set<DeploymentId> own =
                    queue.running(node).stream().map(Deployment::id).collect(Collectors.toSet());
            all.stream().filter(deployment -> !own.contains(deployment.id())).forEach(this::endIfLost);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "Could not look for deployments of lost nodes", e);
        }
    }

    private void endIfLost(Deployment deployment) {
        if (deployment.state() instanceof InProgress state && isLost(deployment, state)) {
            String error =
                    "node lost: " + state.run().node() + ", which ran it, did not end it within its limit of time";
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            if (transitions.move(deployment.id(), state, state.fail(now, null, error))) {
                LOG.log(System.Logger.Level.WARNING, "Deployment " + deployment.id() + " is failed, " + error);
            }
        }
    }

    private boolean isLost(Deployment deployment, InProgress state) {
        Instant earliest = state.run().startedAt().plus(MARGIN);
        return clock.instant().isAfter(earliest) && clock.instant().isAfter(earliest.plus(limit(deployment.id())));
    }

    private Duration limit(DeploymentId id) {
        return releases.find(id).map(Release::timeout).orElse(LONGEST);
    }
}
