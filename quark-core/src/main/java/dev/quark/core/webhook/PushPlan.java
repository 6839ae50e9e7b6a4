package dev.quark.core.webhook;

import dev.quark.core.deployment.Deployment;
import java.util.List;

/**
 * What a push causes.
 *
 * @param deployments one for each config that deploys it, pending
 * @param action a sentence that says what is done, or why nothing is
 */
public record PushPlan(List<Deployment> deployments, String action) {

    /** Copies the deployments. */
    public PushPlan {
        deployments = List.copyOf(deployments);
    }

    /** Nothing is deployed. */
    public static PushPlan nothing(String reason) {
        return new PushPlan(List.of(), reason);
    }
}
