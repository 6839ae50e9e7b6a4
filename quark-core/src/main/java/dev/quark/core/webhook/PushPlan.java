package dev.quark.core.webhook;

import dev.quark.core.config.ConfigId;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a push causes.
 *
 * @param deployments one for each config that deploys it, pending
 * @param verdicts what it means for each config of the repository, oldest config first; empty where no config was asked
 * @param action a sentence that says what is done, or why nothing is
 */
public record PushPlan(List<Deployment> deployments, List<Verdict> verdicts, String action) {

    /** Copies the lists. */
    public PushPlan {
        deployments = List.copyOf(deployments);
        verdicts = List.copyOf(verdicts);
    }

    /** Nothing is deployed, whatever the configs say. */
    public static PushPlan nothing(String reason) {
        return new PushPlan(List.of(), List.of(), reason);
    }

    /** The plan of what each config says. */
    static PushPlan of(List<Deployment> deployments, List<Verdict> verdicts) {
        List<String> deployed = verdicts.stream()
                .filter(Verdict::deployed)
                .map(verdict -> verdict.name().value())
                .toList();
        String action = deployed.isEmpty()
                ? "ignored: "
                        + verdicts.stream()
                                .map(verdict -> verdict.name() + " " + verdict.reason())
                                .collect(Collectors.joining("; "))
                : "queued: " + String.join(", ", deployed);
        return new PushPlan(deployments, verdicts, action);
    }

    /** The same plan without a config's deployment, because another one has the commit already. */
    public PushPlan without(ConfigId config, DeploymentId other) {
        if (deployments.stream().noneMatch(deployment -> config.equals(deployment.config()))) {
            return this;
        }
        return of(
                deployments.stream()
                        .filter(deployment -> !Objects.equals(deployment.config(), config))
                        .toList(),
                verdicts.stream()
                        .map(verdict -> verdict.config().equals(config)
                                ? verdict.not("has this commit already, by deployment " + other)
                                : verdict)
                        .toList());
    }
}
