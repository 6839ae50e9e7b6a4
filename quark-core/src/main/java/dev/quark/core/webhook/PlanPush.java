package dev.quark.core.webhook;

import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.Commit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decides what a push causes, and says why where that is nothing. */
final class PlanPush {

    /** How long a deployment waits for its commit's checks. */
    static final Duration CHECKS_LIMIT = Duration.ofMinutes(60);

    private static final String HEADS = "refs/heads/";
    private static final Pattern SKIP = Pattern.compile("\\[(skip (ci|deploy)|(ci|deploy) skip|no ci)\\]");

    private final Push push;
    private final Trigger trigger;
    private final Supplier<DeploymentId> ids;
    private final Instant now;

    private PlanPush(Push push, Trigger trigger, Supplier<DeploymentId> ids, Instant now) {
        this.push = push;
        this.trigger = trigger;
        this.ids = ids;
        this.now = now;
    }

    /** The deployments of a push under a repository's rules. */
    static PushPlan plan(
            Push push, Trigger trigger, List<AutoDeployRule> rules, Supplier<DeploymentId> ids, Instant now) {
        Commit head = push.head();
        if (!push.ref().startsWith(HEADS)) {
            return nothing(rules, "ignored: " + shown(push.ref()) + " is not a branch");
        }
        if (push.deleted() || head == null) {
            return nothing(rules, "ignored: the branch was deleted");
        }
        if (head.message() != null
                && SKIP.matcher(head.message().toLowerCase(Locale.ROOT)).find()) {
            return nothing(rules, "skipped: the head commit's message asks for it");
        }
        BranchName branch = push.branch().orElse(null);
        if (branch == null) {
            return nothing(rules, "ignored: " + shown(push.ref()) + " is not a branch that can be deployed");
        }
        return new PlanPush(push, trigger, ids, now).queue(branch, head, rules);
    }

    private PushPlan queue(BranchName branch, Commit head, List<AutoDeployRule> rules) {
        if (rules.isEmpty()) {
            return PushPlan.nothing("ignored: no deployment config is for " + push.repository());
        }
        List<Deployment> deployments = new ArrayList<>();
        List<Verdict> verdicts = new ArrayList<>();
        for (AutoDeployRule rule : rules) {
            String reason = whyNot(branch, rule);
            if (reason == null) {
                deployments.add(deployment(branch, head, rule));
            }
            verdicts.add(new Verdict(
                    rule.config(),
                    rule.name(),
                    rule.branch(),
                    reason == null,
                    reason == null ? yes(branch, rule) : reason));
        }
        return PushPlan.of(deployments, verdicts);
    }

    private static String yes(BranchName branch, AutoDeployRule rule) {
        return "deploys " + branch + (rule.requireChecks() ? ", once its checks have passed" : "");
    }

    private @Nullable String whyNot(BranchName branch, AutoDeployRule rule) {
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

    private Deployment deployment(BranchName branch, Commit head, AutoDeployRule rule) {
        Deployment deployment = Deployment.pending(
                ids.get(), rule.config(), rule.repository(), branch, rule.name(), head, trigger, push.pusher(), now);
        return rule.requireChecks() ? deployment.awaitingChecks(now.plus(CHECKS_LIMIT)) : deployment;
    }

    /** No config has a say in it. */
    private static PushPlan nothing(List<AutoDeployRule> rules, String action) {
        List<Verdict> verdicts = rules.stream()
                .map(rule -> new Verdict(rule.config(), rule.name(), rule.branch(), false, action))
                .toList();
        return new PushPlan(List.of(), verdicts, action);
    }

    private static String shown(String ref) {
        String printable = ref.replaceAll("\\p{Cntrl}", "?");
        return printable.length() > 100 ? printable.substring(0, 100) + "…" : printable;
    }
}
