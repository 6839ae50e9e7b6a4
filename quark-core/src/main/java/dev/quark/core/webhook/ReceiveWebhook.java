package dev.quark.core.webhook;

import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Transitions;
import dev.quark.core.problem.UnauthenticatedException;
import java.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes what GitHub delivers: checks the signature, stores the delivery together with the deployments it causes, and says
 * what was done. Safe for use by many threads.
 */
public final class ReceiveWebhook {

    private final WebhookSignature signature;
    private final DeliveryStore deliveries;
    private final Transitions transitions;
    private final Supplier<DeploymentId> ids;
    private final Clock clock;

    /** Stores to {@code deliveries}; {@code ids} are of deployments to be made. */
    public ReceiveWebhook(
            WebhookSignature signature,
            DeliveryStore deliveries,
            Transitions transitions,
            Supplier<DeploymentId> ids,
            Clock clock) {
        this.signature = signature;
        this.deliveries = deliveries;
        this.transitions = transitions;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Checks who sent a body, before anything of it is read.
     *
     * @param header the {@code X-Hub-Signature-256} header; null where there is none
     * @throws UnauthenticatedException where the header isn't the body's signature
     */
    public void verify(byte[] body, @Nullable String header) {
        if (header == null) {
            throw new UnauthenticatedException(
                    "The request has no X-Hub-Signature-256 header: set the webhook's secret on GitHub.");
        }
        if (!signature.matches(body, header)) {
            throw new UnauthenticatedException(
                    "The signature does not fit the body: the secret on GitHub is not this server's WEBHOOK_SECRET.");
        }
    }

    /** Stores a delivery that isn't a push; it causes nothing. */
    public DeliveryStore.Accepted accept(Delivery delivery) {
        String action =
                delivery.event().equals("ping") ? "pong" : "ignored: " + delivery.event() + " causes no deployment";
        return deliveries.accept(delivery, rules -> PushPlan.nothing(action));
    }

    /** Stores a push and queues the deployments it causes. */
    public DeliveryStore.Accepted accept(Delivery delivery, Push push) {
        DeliveryStore.Accepted accepted =
                deliveries.accept(delivery, rules -> PlanPush.plan(push, rules, ids, clock.instant()));
        if (!accepted.duplicate()) {
            accepted.superseded().forEach(id -> transitions.tell(id, DeploymentStatus.CANCELLED));
            accepted.deployments().forEach(id -> transitions.tell(id, DeploymentStatus.PENDING));
        }
        return accepted;
    }
}
