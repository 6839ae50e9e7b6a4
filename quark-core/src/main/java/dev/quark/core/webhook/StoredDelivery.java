package dev.quark.core.webhook;

import dev.quark.core.deployment.DeploymentId;
import java.util.List;

/**
 * A delivery, and what came of it.
 *
 * @param delivery as it came; its payload is empty where only a list was asked for
 * @param action a sentence that says what was done, or why nothing was
 * @param verdicts what it meant for each config of the repository, oldest config first
 * @param deployments the deployments that it caused and that are still there
 */
public record StoredDelivery(Delivery delivery, String action, List<Verdict> verdicts, List<DeploymentId> deployments) {

    /** Copies the lists. */
    public StoredDelivery {
        verdicts = List.copyOf(verdicts);
        deployments = List.copyOf(deployments);
    }
}
