package dev.quark.core.webhook;

import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Transitions;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.Commit;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes what GitHub delivers: checks the signature, stores the delivery together with the deployments it causes, and says
 * what was done. Safe for use by many threads.
 */
public final class ReceiveWebhook {

    private static final String HEADS = "refs/heads/";
    private static final Pattern SKIP = Pattern.compile("\\[(skip (ci|deploy)|(ci|deploy) skip|no ci)\\]");

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
        DeliveryStore.Accepted accepted = deliveries.accept(delivery, rules -> plan(push, rules));
        if (!accepted.duplicate()) {
            accepted.superseded().forEach(id -> transitions.tell(id, DeploymentStatus.CANCELLED));
            accepted.deployments().forEach(id -> transitions.tell(id, DeploymentStatus.PENDING));
        }
        return accepted;
    }

    private PushPlan plan(Push push, List<AutoDeployRule> rules) {
        Commit head = push.head();
        if (!push.ref().startsWith(HEADS)) {
            return PushPlan.nothing("ignored: " + shown(push.ref()) + " is not a branch");
        }
        if (push.deleted() || head == null) {
            return PushPlan.nothing("ignored: the branch was deleted");
        }
        if (head.message() != null
                && SKIP.matcher(head.message().toLowerCase(Locale.ROOT)).find()) {
            return PushPlan.nothing("skipped: the head commit's message asks for it");
        }
        BranchName branch;
        try {
            branch = new BranchName(push.ref().substring(HEADS.length()));
        } catch (InvalidException e) {
            return PushPlan.nothing("ignored: " + shown(push.ref()) + " is not a branch that can be deployed");
        }
        return plan(push, branch, head, rules);
    }

    private PushPlan plan(Push push, BranchName branch, Commit head, List<AutoDeployRule> rules) {
        if (rules.isEmpty()) {
            return PushPlan.nothing("ignored: no deployment config is for " + push.repository());
        }
        List<Deployment> deployments = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        for (AutoDeployRule rule : rules) {
            String reason = whyNot(push, branch, rule);
            if (reason == null) {
                deployments.add(deployment(push, branch, head, rule));
            } else {
                reasons.add(rule.name() + " " + reason);
            }
        }
        return deployments.isEmpty()
                ? PushPlan.nothing("ignored: " + String.join("; ", reasons))
                : new PushPlan(
                        deployments,
                        "queued: "
                                + deployments.stream()
                                        .map(d -> d.name().value())
                                        .collect(Collectors.joining(", ")));
    }

    private static @Nullable String whyNot(Push push, BranchName branch, AutoDeployRule rule) {
        if (!rule.branch().matches(branch)) {
            return "deploys " + rule.branch() + ", not " + branch;
        }
        if (!rule.autoDeploy()) {
            return "has auto_deploy off";
        }
        if (push.changedFilesKnown() && !rule.pathFilters().touchedBy(push.changedFiles())) {
            return "has path filters, and no changed file passes them";
        }
        return null;
    }

    private Deployment deployment(Push push, BranchName branch, Commit head, AutoDeployRule rule) {
        return Deployment.pending(
                ids.get(),
                rule.config(),
                rule.repository(),
                branch,
                rule.name(),
                head,
                Trigger.PUSH,
                push.pusher(),
                clock.instant());
    }

    private static String shown(String ref) {
        String printable = ref.replaceAll("\\p{Cntrl}", "?");
        return printable.length() > 100 ? printable.substring(0, 100) + "…" : printable;
    }
}
