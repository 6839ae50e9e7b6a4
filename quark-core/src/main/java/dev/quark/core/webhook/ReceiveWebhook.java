package dev.quark.core.webhook;

import dev.quark.core.check.ChecksChanged;
import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Transitions;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.event.EventBus;
import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes what GitHub delivers: checks the signature, stores the delivery together with the deployments it causes, and says
 * what was done. Safe for use by many threads.
 */
public final class ReceiveWebhook {

    private static final Set<String> CHECKS = Set.of("check_suite", "check_run", "status", "workflow_run");

    private final WebhookSignature signature;
    private final DeliveryStore deliveries;
    private final Transitions transitions;
    private final EventBus events;
    private final Supplier<DeploymentId> ids;
    private final Clock clock;

    /** Stores to {@code deliveries}; {@code ids} are of deployments to be made. */
    public ReceiveWebhook(
            WebhookSignature signature,
            DeliveryStore deliveries,
            Transitions transitions,
            EventBus events,
            Supplier<DeploymentId> ids,
            Clock clock) {
        this.signature = signature;
        this.deliveries = deliveries;
        this.transitions = transitions;
        this.events = events;
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

    /** Stores a delivery that is about a commit; deployments may wait for what it tells of the commit's checks. */
    public DeliveryStore.Accepted accept(Delivery delivery, CommitSha commit) {
        RepositoryName repository = delivery.repository();
        if (repository == null || !CHECKS.contains(delivery.event())) {
            return accept(delivery);
        }
        String action = "noted: the checks of " + commit.abbreviated() + " changed";
        DeliveryStore.Accepted accepted = deliveries.accept(delivery, rules -> PushPlan.nothing(action));
        events.publish(new ChecksChanged(repository, commit));
        return accepted;
    }

    /** Stores a push and queues the deployments it causes. */
    public DeliveryStore.Accepted accept(Delivery delivery, Push push) {
        return accept(delivery, push, Map.of());
    }

    /**
     * As {@link #accept(Delivery, Push)}, but for configs that have the commit.
     *
     * @param has the deployments that they have it by
     */
    DeliveryStore.Accepted accept(Delivery delivery, Push push, Map<ConfigId, DeploymentId> has) {
        return store(delivery, rules -> {
            PushPlan plan = PlanPush.plan(push, Trigger.PUSH, rules, ids, clock.instant());
            for (Map.Entry<ConfigId, DeploymentId> config : has.entrySet()) {
                plan = plan.without(config.getKey(), config.getValue());
            }
            return plan;
        });
    }

    /** Stores a push that nobody delivered, and queues the deployment of the one config that it is about. */
    DeliveryStore.Accepted catchUp(Delivery delivery, Push push, ConfigId config) {
        return store(delivery, rules -> {
            List<AutoDeployRule> ofConfig =
                    rules.stream().filter(rule -> rule.config().equals(config)).toList();
            return PlanPush.plan(push, Trigger.CATCH_UP, ofConfig, ids, clock.instant());
        });
    }

    /** What a push means under a repository's rules; nothing is stored. */
    PushPlan simulate(Push push, List<AutoDeployRule> rules) {
        return PlanPush.plan(push, Trigger.PUSH, rules, ids, clock.instant());
    }

    private DeliveryStore.Accepted store(Delivery delivery, DeliveryStore.PushPlanner planner) {
        DeliveryStore.Accepted accepted = deliveries.accept(delivery, planner);
        if (!accepted.duplicate()) {
            accepted.superseded().forEach(id -> transitions.tell(id, DeploymentStatus.CANCELLED));
            accepted.deployments().forEach(id -> transitions.tell(id, DeploymentStatus.PENDING));
        }
        return accepted;
    }
}
