package dev.quark.core.deployment;

import dev.quark.core.event.QuarkEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What happened to a deployment; it is stored already. */
public sealed interface DeploymentEvent extends QuarkEvent {

    /** Which deployment. */
    DeploymentId deployment();

    /**
     * It has another status than before; a new one is {@link DeploymentStatus#PENDING}.
     *
     * @param ran how long it ran, where it has ended now; null where it never did
     */
    record StatusChanged(
            DeploymentId deployment,
            DeploymentStatus status,
            @Nullable Duration ran) implements DeploymentEvent {

        /** It has not ended, or it never ran. */
        public StatusChanged(DeploymentId deployment, DeploymentStatus status) {
            this(deployment, status, null);
        }
    }

    /** It has come to a phase that its status doesn't tell of. */
    record PhaseBegan(DeploymentId deployment, Phase phase) implements DeploymentEvent {}

    /** Its commit is known now, which it wasn't when it was queued. */
    record CommitKnown(DeploymentId deployment) implements DeploymentEvent {}

    /** Somebody asked for its command to be stopped. */
    record CancellationRequested(DeploymentId deployment) implements DeploymentEvent {}
}
