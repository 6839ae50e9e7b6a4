package dev.quark.core.deployment;

import dev.quark.core.config.ConfigName;
import dev.quark.core.config.ConfigStore;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.identity.Actor;
import dev.quark.core.identity.Audit;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.Commit;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Queues a deployment because somebody asks for it. Safe for use by many threads. */
public final class TriggerDeployment {

    private static final BranchName MAIN = new BranchName("main");

    private final ConfigStore configs;
    private final Transitions transitions;
    private final Audit audit;
    private final Supplier<DeploymentId> ids;
    private final Clock clock;

    /** Queues deployments of {@code configs}. */
    public TriggerDeployment(
            ConfigStore configs, Transitions transitions, Audit audit, Supplier<DeploymentId> ids, Clock clock) {
        this.configs = configs;
        this.transitions = transitions;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Queues a deployment.
     *
     * @throws NotFoundException where no config deploys that branch
     * @throws InvalidException where several do and none of them is named
     */
    public Deployment trigger(Request request, Actor actor) {
        DeploymentConfig config = config(request);
        BranchName branch = branch(request, config);
        Deployment deployment = Deployment.pending(
                ids.get(),
                config.id(),
                config.repository(),
                branch,
                config.name(),
                request.sha() == null ? null : new Commit(request.sha(), null, null),
                Trigger.MANUAL,
                actor.name(),
                clock.instant());
        audit.with(
                actor,
                "deployment.trigger",
                "deployment/" + deployment.id(),
                config.repository() + " " + branch,
                () -> transitions.add(deployment));
        return deployment;
    }

    private DeploymentConfig config(Request request) {
        List<DeploymentConfig> ofRepository = configs.ofRepository(request.repository());
        List<DeploymentConfig> matching = ofRepository.stream()
                .filter(c -> request.name() == null || c.name().equals(request.name()))
                .filter(c -> request.branch() == null || c.branch().matches(request.branch()))
                .toList();
        if (matching.isEmpty()) {
            throw new NotFoundException(
                    ofRepository.isEmpty()
                            ? "There is no deployment config for " + request.repository() + ": create one first."
                            : "No deployment config of " + request.repository() + " has this branch and name.");
        }
        if (matching.size() == 1) {
            return matching.get(0);
        }
        return preferred(request, matching)
                .orElseThrow(() -> new InvalidException(
                        "name",
                        "several configs deploy this: name one of "
                                + matching.stream()
                                        .map(c -> c.name().value())
                                        .distinct()
                                        .collect(Collectors.joining(", "))));
    }

    /** Of several: the branch asked for (or main), by its own name rather than a glob; then production. */
    private static Optional<DeploymentConfig> preferred(Request request, List<DeploymentConfig> matching) {
        BranchName branch = request.branch() == null ? MAIN : request.branch();
        List<DeploymentConfig> exact = matching.stream()
                .filter(c -> c.branch().branch().filter(branch::equals).isPresent())
                .toList();
        List<DeploymentConfig> candidates = exact.isEmpty() ? matching : exact;
        if (candidates.size() == 1) {
            return Optional.of(candidates.get(0));
        }
        return candidates.stream()
                .filter(c -> c.name().equals(ConfigName.DEFAULT))
                .findFirst();
    }

    private static BranchName branch(Request request, DeploymentConfig config) {
        if (request.branch() != null) {
            return request.branch();
        }
        return config.branch()
                .branch()
                .orElseThrow(() -> new InvalidException(
                        "branch", "is required: the config deploys every branch that fits " + config.branch()));
    }

    /**
     * What to deploy.
     *
     * @param repository the repository
     * @param branch the branch; null for the config's
     * @param sha the commit; null for the branch's head when the deployment begins
     * @param name the config's name; null where the branch says enough
     */
    public record Request(
            RepositoryName repository,
            @Nullable BranchName branch,
            @Nullable CommitSha sha,
            @Nullable ConfigName name) {}
}
