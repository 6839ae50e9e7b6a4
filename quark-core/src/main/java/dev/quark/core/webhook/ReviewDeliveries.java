package dev.quark.core.webhook;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigStore;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentFilter;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.DeploymentStore;
import dev.quark.core.identity.Actor;
import dev.quark.core.identity.Audit;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.source.Commit;
import dev.quark.core.source.RepositoryName;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows what was delivered and what came of it, takes a delivery once more, and says what a push would cause. Safe for use
 * by many threads.
 */
public final class ReviewDeliveries {

    /** The header that says which delivery one is a repetition of. */
    public static final String REPEATS = "X-Quark-Redelivery-Of";

    /** A config's newest deployment is looked for among so many of its branch. */
    private static final int RECENT = 100;

    private final DeliveryStore deliveries;
    private final ConfigStore configs;
    private final DeploymentStore deployments;
    private final ReceiveWebhook webhook;
    private final Audit audit;
    private final Supplier<UUID> ids;
    private final Clock clock;

    /** @param ids ids of deliveries that repeat others */
    public ReviewDeliveries(
            DeliveryStore deliveries,
            ConfigStore configs,
            DeploymentStore deployments,
            ReceiveWebhook webhook,
            Audit audit,
            Supplier<UUID> ids,
            Clock clock) {
        this.deliveries = deliveries;
        this.configs = configs;
        this.deployments = deployments;
        this.webhook = webhook;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /** Deliveries without their payloads, newest first. */
    public List<StoredDelivery> list(@Nullable RepositoryName repository, int limit, long offset) {
        return deliveries.list(repository, limit, offset);
    }

    /** How many deliveries there are. */
    public long count(@Nullable RepositoryName repository) {
        return deliveries.count(repository);
    }

    /** The delivery with an id. */
    public StoredDelivery get(String id) {
        return deliveries
                .find(id)
                .orElseThrow(
                        () -> new NotFoundException(
                                "There is no delivery with this id: it was never received, or is older than deliveries are kept."));
    }

    /**
     * Takes a delivery once more, under the configs of now; it is stored as another one. A config whose newest deployment
     * of the branch is one of the same commit is left out, unless that failed or was cancelled.
     *
     * @param push what the payload says; null where it is no push
     */
    public Redelivered redeliver(StoredDelivery earlier, @Nullable Push push, Actor actor) {
        Delivery delivery = again(earlier.delivery());
        DeliveryStore.Accepted accepted = audit.with(
                actor,
                "webhook.redeliver",
                "delivery/" + earlier.delivery().id(),
                "as " + delivery.id(),
                () -> push == null ? webhook.accept(delivery) : webhook.accept(delivery, push, has(push)));
        return new Redelivered(delivery.id(), accepted);
    }

    /**
     * What came of a delivery that was taken once more.
     *
     * @param id its id
     * @param accepted what it caused
     */
    public record Redelivered(String id, DeliveryStore.Accepted accepted) {}

    /** What a push would cause, without causing it. */
    public PushPlan simulate(Push push) {
        List<AutoDeployRule> rules = configs.ofRepository(push.repository()).stream()
                .map(AutoDeployRule::of)
                .toList();
        return webhook.simulate(push, rules);
    }

    private Delivery again(Delivery earlier) {
        Map<String, String> headers = new HashMap<>(earlier.headers());
        headers.putIfAbsent(REPEATS, earlier.id());
        return new Delivery(
                ids.get().toString(),
                earlier.event(),
                earlier.repository(),
                clock.instant(),
                headers,
                earlier.payload());
    }

    /** The configs that have the push's commit, and by which deployment. */
    private Map<ConfigId, DeploymentId> has(Push push) {
        Map<ConfigId, DeploymentId> have = new HashMap<>();
        Commit head = push.head();
        if (head != null) {
            configs.ofRepository(push.repository())
                    .forEach(config -> newest(push, config.id())
                            .filter(deployment -> isOf(deployment, head))
                            .ifPresent(deployment -> have.put(config.id(), deployment.id())));
        }
        return have;
    }

    private Optional<Deployment> newest(Push push, ConfigId config) {
        return push.branch()
                .flatMap(branch ->
                        deployments
                                .list(new DeploymentFilter(push.repository(), branch, null), null, RECENT, 0)
                                .stream()
                                .filter(deployment -> config.equals(deployment.config()))
                                .findFirst());
    }

    private static boolean isOf(Deployment deployment, Commit head) {
        Commit commit = deployment.commit();
        return commit != null
                && commit.sha().equals(head.sha())
                && deployment.status() != DeploymentStatus.FAILED
                && deployment.status() != DeploymentStatus.CANCELLED;
    }
}
