package dev.quark.core.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigName;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.BranchPattern;
import dev.quark.core.source.Commit;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.PathFilters;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.testing.InMemoryStores;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a push causes, rule by rule. That it is stored in one transaction is the business of the stores' contract. */
class ReceiveWebhookTest {

    private static final RepositoryName REPOSITORY = new RepositoryName("octo-org/octo-repo");
    private static final Instant NOW = Instant.parse("2026-11-23T09:00:00Z");
    private static final Commit HEAD = new Commit(new CommitSha("a".repeat(40)), "Say hello", "Mona");

    private static PushPlan plan(Push push, AutoDeployRule... rules) {
        return PlanPush.plan(
                push,
                new TouchedFilters(push),
                Trigger.PUSH,
                List.of(rules),
                () -> new DeploymentId(new UUID(0, 1)),
                NOW);
    }

    private static Push push(String ref, String message, Set<String> files, boolean known) {
        return new Push(REPOSITORY, ref, false, new Commit(HEAD.sha(), message, "Mona"), files, known, "mona");
    }

    private static Push push() {
        return push("refs/heads/main", "Say hello", Set.of("src/a.c"), true);
    }

    private static AutoDeployRule rule(String branch, boolean auto, String... globs) {
        return new AutoDeployRule(
                new ConfigId(new UUID(0, 7)),
                REPOSITORY,
                new BranchPattern(branch),
                ConfigName.DEFAULT,
                auto,
                false,
                new PathFilters(List.of(globs)));
    }

    @Test
    void aMatchingPushIsQueuedWithAllThatIsKnownOfIt() {
        PushPlan plan = plan(push(), rule("main", true));
        Deployment deployment = plan.deployments().get(0);
        assertEquals(DeploymentStatus.PENDING, deployment.status());
        assertEquals(HEAD, deployment.commit());
        assertEquals("main", deployment.branch().value());
        assertEquals(Trigger.PUSH, deployment.trigger());
        assertEquals("mona", deployment.triggeredBy());
        assertEquals(NOW, deployment.createdAt());
        assertEquals("queued: production", plan.action());
    }

    @Test
    void everyMatchingConfigGetsADeployment() {
        assertEquals(
                2,
                plan(push(), rule("main", true), rule("dev", true), rule("m*", true))
                        .deployments()
                        .size());
    }

    @Test
    void theReasonIsSaidWhereNothingIsDeployed() {
        assertNothing("no deployment config is for octo-org/octo-repo", plan(push()));
        assertNothing("deploys dev, not main", plan(push(), rule("dev", true)));
        assertNothing("auto_deploy off", plan(push(), rule("main", false)));
        assertNothing("path filters", plan(push(), rule("main", true, "docs/**")));
        assertNothing("not a branch", plan(push("refs/tags/v1", "x", Set.of(), true), rule("**", true)));
        assertNothing(
                "can be deployed", plan(push("refs/heads/--upload-pack=x", "x", Set.of(), true), rule("**", true)));
        Push deleted = new Push(REPOSITORY, "refs/heads/main", true, null, Set.of(), true, "mona");
        assertNothing("deleted", plan(deleted, rule("main", true)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Fix [skip ci]", "[ci skip] x", "x\n\n[Skip Deploy]", "[deploy skip]", "[no ci]"})
    void aCommitCanAskToBeSkipped(String message) {
        assertNothing("skipped", plan(push("refs/heads/main", message, Set.of(), true), rule("main", true)));
    }

    @Test
    void pathFiltersDontExcludeWhatIsNotKnown() {
        Push unknown = push("refs/heads/main", "x", Set.of(), false);
        assertEquals(
                1, plan(unknown, rule("main", true, "docs/**")).deployments().size());
    }

    @Test
    void theSignatureIsThatOfGitHubsDocumentation() {
        // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
        WebhookSignature signature = new WebhookSignature(Secret.of("It's a Secret to Everybody"));
        byte[] body = "Hello, World!".getBytes(StandardCharsets.UTF_8);
        String expected = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assertEquals(expected, signature.of(body));
        assertTrue(signature.matches(body, expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256=",
                "sha1=757107ea0eb2509fc211221cce984b8a37570b6d",
                "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18",
                "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043eXY",
                "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
            })
    void anyOtherSignatureIsRefused(String header) {
        ReceiveWebhook webhook = webhook();
        byte[] body = "Hello, World!".getBytes(StandardCharsets.UTF_8);
        assertThrows(UnauthenticatedException.class, () -> webhook.verify(body, header));
    }

    @Test
    void aMissingSignatureIsRefusedWithWhatToDo() {
        UnauthenticatedException refused =
                assertThrows(UnauthenticatedException.class, () -> webhook().verify(new byte[0], null));
        assertTrue(refused.getMessage().contains("X-Hub-Signature-256"));
    }

    @Test
    void manyFilesAreMatchedBeforeTheTransaction() {
        Rules store = new Rules(rule("main", true, "src/**"));
        Set<String> many = IntStream.range(0, 1000)
                .mapToObj(i -> "docs/chapter-" + i + ".md")
                .collect(Collectors.toUnmodifiableSet());
        ReceiveWebhook webhook = webhook(store);
        DeliveryStore.Accepted accepted = webhook.accept(delivery(), push("refs/heads/main", "Say hello", many, true));
        assertTrue(accepted.action().contains("path filters"), accepted.action());
        assertEquals(1, store.asked);
        webhook.accept(delivery(), push());
        assertEquals(1, store.asked, "few files need no look at the rules before the transaction");
    }

    @Test
    void aRuleThatChangedMeanwhileCountsAsItIsInTheTransaction() {
        Rules store = new Rules(rule("main", true, "src/**"));
        Set<String> many = Set.of("docs/" + "a".repeat(5000));
        store.inTransaction = rule("main", true, "docs/**");
        DeliveryStore.Accepted accepted =
                webhook(store).accept(delivery(), push("refs/heads/main", "Say hello", many, true));
        assertEquals("queued: production", accepted.action());
    }

    private static Delivery delivery() {
        return new Delivery("1", "push", REPOSITORY, NOW, java.util.Map.of(), new byte[0]);
    }

    /** A store with one rule. */
    private static final class Rules implements DeliveryStore {

        private final AutoDeployRule rule;
        private AutoDeployRule inTransaction;
        private int asked;

        Rules(AutoDeployRule rule) {
            this.rule = rule;
            this.inTransaction = rule;
        }

        @Override
        public Accepted accept(Delivery delivery, PushPlanner planner) {
            PushPlan plan = planner.plan(List.of(inTransaction));
            return new Accepted(List.of(), List.of(), plan.action(), false);
        }

        @Override
        public List<AutoDeployRule> rules(RepositoryName repository) {
            asked++;
            return List.of(rule);
        }

        @Override
        public List<StoredDelivery> list(@Nullable RepositoryName repository, int limit, long offset) {
            return List.of();
        }

        @Override
        public long count(@Nullable RepositoryName repository) {
            return 0;
        }

        @Override
        public Optional<StoredDelivery> find(String id) {
            return Optional.empty();
        }

        @Override
        public boolean prune(Instant before, int limit) {
            return false;
        }
    }

    private static ReceiveWebhook webhook() {
        return webhook(new InMemoryStores().deliveries());
    }

    private static ReceiveWebhook webhook(DeliveryStore store) {
        return new ReceiveWebhook(
                new WebhookSignature(Secret.of("It's a Secret to Everybody")),
                store,
                new dev.quark.core.deployment.Transitions(
                        org.mockito.Mockito.mock(),
                        org.mockito.Mockito.mock(),
                        new dev.quark.core.event.LocalEventBus()),
                new dev.quark.core.event.LocalEventBus(),
                () -> new DeploymentId(new UUID(0, 1)),
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static void assertNothing(String reason, PushPlan plan) {
        assertTrue(plan.deployments().isEmpty());
        assertTrue(plan.action().contains(reason), plan.action());
    }
}
