package dev.quark.core.webhook;

import static dev.quark.core.testing.Samples.REPOSITORY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quark.core.codehost.CodeHostException.Broken;
import dev.quark.core.codehost.HostToken;
import dev.quark.core.codehost.HostTokens;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentFilter;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.Transitions;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.event.LocalEventBus;
import dev.quark.core.identity.Audit;
import dev.quark.core.identity.Role;
import dev.quark.core.identity.User;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.source.CloneUrls;
import dev.quark.core.source.Commit;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.PathFilters;
import dev.quark.core.source.SourceHeads;
import dev.quark.core.testing.ConfigSample;
import dev.quark.core.testing.FakeCodeHost;
import dev.quark.core.testing.InMemoryStores;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is deployed of that which nobody told QUARK of. */
class CatchUpTest {

    private static final Instant BEFORE = FakeCodeHost.COMMITTED.minusSeconds(60);
    private static final CommitSha A = sha('a');
    private static final CommitSha B = sha('b');
    private static final CommitSha C = sha('c');

    private final InMemoryStores stores = new InMemoryStores();
    private final FakeCodeHost host = new FakeCodeHost();
    private final Map<String, SourceHeads.Head> heads = new HashMap<>();
    private final Clock clock = Clock.fixed(FakeCodeHost.COMMITTED.plusSeconds(60), ZoneOffset.UTC);
    private final HostTokens tokens = new HostTokens(
            stores.hostTokens(), stores.keepers(), host, Runnable::run, new Audit(stores.audit(), clock), clock);
    private int ids;
    private ReceiveWebhook webhook;
    private CatchUp catchUp;

    @BeforeEach
    void assemble() {
        User mona = User.invited(id(), "mona", null, Role.DEPLOYER, BEFORE);
        stores.users().add(mona);
        stores.keepers().join(REPOSITORY, mona.id(), BEFORE);
        stores.hostTokens().save(mona.id(), HostToken.of(host.give("gho_mona", 1, "mona")));
        webhook = new ReceiveWebhook(
                new WebhookSignature(Secret.of("a secret")),
                stores.deliveries(),
                new Transitions(stores.deployments(), stores.phases(), new LocalEventBus()),
                new LocalEventBus(),
                () -> new DeploymentId(id()),
                clock);
        catchUp = new CatchUp(
                stores.configs(),
                stores.deployments(),
                host,
                tokens,
                (url, branch) -> Optional.ofNullable(heads.get(url + " " + branch)),
                new CloneUrls("https://github.com", List.of("file:///srv/git")),
                webhook,
                clock);
    }

    private UUID id() {
        return new UUID(0x01980b5e_0000_7000L, ++ids);
    }

    private static CommitSha sha(char digit) {
        return new CommitSha(String.valueOf(digit).repeat(40));
    }

    private void config() {
        config("main", "production", true, PathFilters.ALL, null, BEFORE);
    }

    private void config(
            String branch, String name, boolean autoDeploy, PathFilters filters, @Nullable CloneUrl url, Instant at) {
        stores.configs()
                .add(ConfigSample.plain(REPOSITORY)
                        .branch(branch)
                        .name(name)
                        .autoDeploy(autoDeploy)
                        .pathFilters(filters)
                        .cloneUrl(url)
                        .at(at, at)
                        .make());
    }

    private void delivered(String delivery, String branch, CommitSha sha, String... files) {
        Push push = new Push(
                REPOSITORY,
                "refs/heads/" + branch,
                false,
                new Commit(sha, "delivered", "Mona"),
                Set.of(files),
                true,
                "mona");
        webhook.accept(new Delivery(delivery, "push", REPOSITORY, clock.instant(), Map.of(), new byte[0]), push);
    }

    /** The commits that were deployed, oldest first, those by catching up with a star. */
    private String deployed() {
        StringBuilder deployed = new StringBuilder();
        for (Deployment deployment :
                stores.deployments().list(DeploymentFilter.ANY, null, 100, 0).reversed()) {
            Commit commit = Objects.requireNonNull(deployment.commit());
            deployed.append(commit.sha().value().charAt(0)).append(deployment.trigger() == Trigger.CATCH_UP ? "*" : "");
        }
        return deployed.toString();
    }

    @Test
    void deploysWhatNobodyToldOfOnce() {
        config();
        host.push(REPOSITORY, "main", A, "First", Set.of("x"));
        delivered("d-1", "main", A, "x");
        catchUp.run();
        assertEquals("a", deployed());
        host.push(REPOSITORY, "main", B, "Second", Set.of("x"));
        host.push(REPOSITORY, "main", C, "Third", Set.of("x"));
        catchUp.run();
        catchUp.run();
        assertEquals("ac*", deployed());
        StoredDelivery found = stores.deliveries().list(null, 1, 0).get(0);
        assertEquals(1, found.deployments().size());
    }

    @Test
    void aPushThatIsDeliveredLateIsNotDeployedAgain() {
        config();
        delivered("d-1", "main", A, "x");
        host.push(REPOSITORY, "main", A, "First", Set.of("x"));
        host.push(REPOSITORY, "main", B, "Second", Set.of("x"));
        catchUp.run();
        delivered("d-2", "main", B, "x");
        assertEquals("ab*", deployed());
    }

    @Test
    void anOldCommitIsNeverDeployed() {
        config();
        host.push(REPOSITORY, "main", A, "First", Set.of("x"));
        host.push(REPOSITORY, "main", B, "Second", Set.of("x"));
        delivered("d-1", "main", B, "x");
        host.push(REPOSITORY, "release", A, "First", Set.of("x"));
        host.push(REPOSITORY, "release", B, "Second", Set.of("x"));
        host.pushBack(REPOSITORY, "main", 1);
        catchUp.run();
        assertEquals("b", deployed());
    }

    @Test
    void whatThePushAsksToSkipIsSkipped() {
        config();
        host.push(REPOSITORY, "main", A, "First", Set.of("x"));
        delivered("d-1", "main", A, "x");
        host.push(REPOSITORY, "main", B, "Docs [skip ci]", Set.of("x"));
        catchUp.run();
        assertEquals("a", deployed());
    }

    @Test
    void pathFiltersCountForAllThatChangedSince() {
        config("main", "production", true, new PathFilters(List.of("src/**")), null, BEFORE);
        host.push(REPOSITORY, "main", A, "First", Set.of("src/a"));
        delivered("d-1", "main", A, "src/a");
        host.push(REPOSITORY, "main", B, "Docs", Set.of("docs/b"));
        catchUp.run();
        assertEquals("a", deployed());
        host.push(REPOSITORY, "main", C, "Docs and source", Set.of("src/c"));
        host.push(REPOSITORY, "main", sha('d'), "Docs", Set.of("docs/d"));
        catchUp.run();
        assertEquals("ad*", deployed());
    }

    @Test
    void ofANewConfigOnlyWhatWasCommittedSinceIsMissed() {
        config();
        host.push(REPOSITORY, "main", A, "First", Set.of("x"));
        catchUp.run();
        assertEquals("a*", deployed());
        config("main", "staging", true, PathFilters.ALL, null, clock.instant());
        catchUp.run();
        assertEquals("a*", deployed());
    }

    @Test
    void aConfigThatIsNotDeployedAutomaticallyIsLeftAlone() {
        config("main", "production", false, PathFilters.ALL, null, BEFORE);
        host.push(REPOSITORY, "main", A, "First", Set.of("x"));
        catchUp.run();
        assertEquals("", deployed());
        assertEquals(0, host.questions());
    }

    @Test
    void theBranchesOfAGlobAreThoseThatWereDeployed() {
        config("release/*", "production", true, PathFilters.ALL, null, BEFORE);
        host.push(REPOSITORY, "release/1", A, "First", Set.of("x"));
        host.push(REPOSITORY, "release/2", B, "Other", Set.of("x"));
        delivered("d-1", "release/1", A, "x");
        host.push(REPOSITORY, "release/1", C, "Second", Set.of("x"));
        catchUp.run();
        assertEquals("ac*", deployed());
    }

    @Test
    void otherRepositoriesAreLookedAtByGit() {
        CloneUrl url = new CloneUrl("file:///srv/git/octo-repo.git");
        config("main", "production", true, PathFilters.ALL, url, BEFORE);
        delivered("d-1", "main", A, "x");
        heads.put(url + " main", new SourceHeads.Head(new Commit(B, "Second", "Mona"), null));
        catchUp.run();
        catchUp.run();
        assertEquals("ab*", deployed());
        heads.put(url + " main", new SourceHeads.Head(new Commit(C, "[skip deploy]", "Mona"), null));
        catchUp.run();
        assertEquals("ab*", deployed());
        assertEquals(0, host.questions());
    }

    @Test
    void aHostThatFailsForOneRepositoryIsAskedAgainLater() {
        config();
        host.push(REPOSITORY, "main", A, "First", Set.of("x"));
        host.fail(new Broken("it answered 500"));
        catchUp.run();
        assertEquals("", deployed());
        host.fail(null);
        catchUp.run();
        assertEquals("a*", deployed());
    }

    @Test
    void ofTwoConfigsEachGetsWhatItMissed() {
        config();
        config("main", "staging", true, PathFilters.ALL, null, BEFORE);
        host.push(REPOSITORY, "main", A, "First", Set.of("x"));
        catchUp.run();
        assertEquals("a*a*", deployed());
    }
}
