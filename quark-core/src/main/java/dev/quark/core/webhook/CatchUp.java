package dev.quark.core.webhook;

import dev.quark.core.codehost.CodeHost;
import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.codehost.Comparison;
import dev.quark.core.codehost.HostTokens;
import dev.quark.core.config.ConfigStore;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentFilter;
import dev.quark.core.deployment.DeploymentStore;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.CloneUrls;
import dev.quark.core.source.Commit;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.SourceHeads;
import dev.quark.core.source.SourceHeads.Head;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Deploys the pushes that nobody delivered, because QUARK was down or couldn't be reached: it looks where the branches that
 * are deployed automatically point to. A commit that the config had already, in whatever state, is left alone, and so is one
 * that lies behind what was deployed. What two threads find at the same time is deployed once.
 */
public final class CatchUp implements Runnable {

    private static final System.Logger LOG = System.getLogger(CatchUp.class.getName());

    /** Who causes these deployments, where the host doesn't say whose commit it is. */
    private static final String NOBODY = "quark";

    private static final int PAGE = 100;

    private final ConfigStore configs;
    private final DeploymentStore deployments;
    private final CodeHost host;
    private final HostTokens tokens;
    private final SourceHeads heads;
    private final CloneUrls sources;
    private final ReceiveWebhook webhook;
    private final Clock clock;

    /**
     * @param host tells of repositories whose keepers have a token
     * @param heads tells of all others
     */
    public CatchUp(
            ConfigStore configs,
            DeploymentStore deployments,
            CodeHost host,
            HostTokens tokens,
            SourceHeads heads,
            CloneUrls sources,
            ReceiveWebhook webhook,
            Clock clock) {
        this.configs = configs;
        this.deployments = deployments;
        this.host = host;
        this.tokens = tokens;
        this.heads = heads;
        this.sources = sources;
        this.webhook = webhook;
        this.clock = clock;
    }

    /** Looks at every config once; ends early where the thread is interrupted. */
    @Override
    public void run() {
        try {
            all();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "Could not look for missed pushes: " + e.getMessage());
        }
    }

    private void all() throws InterruptedException {
        List<DeploymentConfig> page;
        long offset = 0;
        do {
            page = configs.list(null, PAGE, offset);
            offset += page.size();
            for (DeploymentConfig config : page) {
                if (config.autoDeploy()) {
                    look(config);
                }
            }
        } while (page.size() == PAGE);
    }

    private void look(DeploymentConfig config) throws InterruptedException {
        for (BranchName branch : branches(config)) {
            try {
                look(config, branch);
            } catch (CodeHostException e) {
                LOG.log(
                        Level.INFO,
                        "Could not look for missed pushes to " + config.repository() + ": " + e.getMessage());
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "Could not look for missed pushes to " + config.repository(), e);
            }
        }
    }

    /** Of a glob: the branches that were deployed lately. */
    private List<BranchName> branches(DeploymentConfig config) {
        Optional<BranchName> one = config.branch().branch();
        return one.map(List::of)
                .orElseGet(() -> of(config, null).stream()
                        .map(Deployment::branch)
                        .filter(config.branch()::matches)
                        .distinct()
                        .toList());
    }

    private void look(DeploymentConfig config, BranchName branch) throws InterruptedException {
        Optional<HostTokens.Borrowed> keeper =
                config.cloneUrl() == null ? tokens.ofRepository(config.repository()) : Optional.empty();
        Optional<Head> head = head(config, branch, keeper);
        if (head.isEmpty()) {
            return;
        }
        CommitSha sha = head.get().commit().sha();
        List<Deployment> earlier = of(config, branch);
        if (earlier.stream().anyMatch(deployment -> sha.equals(sha(deployment)))) {
            return;
        }
        CommitSha last = lastDeployed(earlier);
        if (last != null || (earlier.isEmpty() && isNewerThan(config, head.get()))) {
            deploy(config, branch, head.get().commit(), keeper, last);
        }
    }

    private Optional<Head> head(DeploymentConfig config, BranchName branch, Optional<HostTokens.Borrowed> keeper)
            throws InterruptedException {
        if (keeper.isEmpty()) {
            return heads.head(sources.of(config.repository(), config.cloneUrl()), branch);
        }
        return tokens.with(keeper.get(), token -> host.head(token, config.repository(), branch))
                .map(head -> new Head(head.commit(), head.at()));
    }

    /** Where nothing was deployed yet, only what was committed since the config was changed last was missed. */
    private static boolean isNewerThan(DeploymentConfig config, Head head) {
        return head.at() != null && head.at().isAfter(config.updatedAt());
    }

    /** What pushes deployed last; where none did, what anybody did. */
    private static @Nullable CommitSha lastDeployed(List<Deployment> newestFirst) {
        return newestFirst.stream()
                .filter(deployment -> deployment.trigger() == Trigger.PUSH || deployment.trigger() == Trigger.CATCH_UP)
                .map(CatchUp::sha)
                .filter(Objects::nonNull)
                .findFirst()
                .or(() -> newestFirst.stream()
                        .map(CatchUp::sha)
                        .filter(Objects::nonNull)
                        .findFirst())
                .orElse(null);
    }

    private void deploy(
            DeploymentConfig config,
            BranchName branch,
            Commit head,
            Optional<HostTokens.Borrowed> keeper,
            @Nullable CommitSha last) {
        Optional<Comparison> since =
                keeper.isEmpty() || last == null ? Optional.empty() : compare(keeper.get(), config, last, head.sha());
        if (since.filter(comparison -> comparison.relation() == Comparison.Relation.BEHIND)
                .isPresent()) {
            return;
        }
        boolean known = since.filter(Comparison::filesKnown).isPresent();
        Push push = new Push(
                config.repository(),
                branch.ref(),
                false,
                head,
                known ? since.get().files() : Set.of(),
                known,
                NOBODY);
        DeliveryStore.Accepted accepted = webhook.catchUp(delivery(config, branch, head.sha()), push, config.id());
        if (!accepted.duplicate()) {
            LOG.log(
                    Level.INFO,
                    "Nobody told of " + head.sha().abbreviated() + " on " + branch + " of " + config.repository() + ": "
                            + accepted.action());
        }
    }

    private Optional<Comparison> compare(
            HostTokens.Borrowed keeper, DeploymentConfig config, CommitSha last, CommitSha head) {
        try {
            return Optional.of(tokens.with(keeper, token -> host.compare(token, config.repository(), last, head)));
        } catch (CodeHostException e) {
            if (e.failure() instanceof CodeHostException.NotFound) {
                return Optional.empty(); // What was deployed last is gone, by a forced push.
            }
            throw e;
        }
    }

    /** Its id is the same wherever and whenever it is made, so that each commit is taken once. */
    private Delivery delivery(DeploymentConfig config, BranchName branch, CommitSha sha) {
        String payload = "{\"ref\":\"" + branch.ref().replace("\"", "\\\"") + "\",\"repository\":{\"full_name\":\""
                + config.repository() + "\"},\"pusher\":{\"name\":\"" + NOBODY + "\"},\"head_commit\":{\"id\":\"" + sha
                + "\"}}";
        return new Delivery(
                "catch-up-" + config.id() + "-" + sha,
                "push",
                config.repository(),
                clock.instant(),
                Map.of("Content-Type", "application/json"),
                payload.getBytes(StandardCharsets.UTF_8));
    }

    private List<Deployment> of(DeploymentConfig config, @Nullable BranchName branch) {
        return deployments.list(new DeploymentFilter(config.repository(), branch, null), null, PAGE, 0).stream()
                .filter(deployment -> config.id().equals(deployment.config()))
                .toList();
    }

    private static @Nullable CommitSha sha(Deployment deployment) {
        Commit commit = deployment.commit();
        return commit == null ? null : commit.sha();
    }
}
