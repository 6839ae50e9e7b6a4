package dev.quark.core.codehost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.codehost.CodeHostException.Broken;
import dev.quark.core.identity.Audit;
import dev.quark.core.identity.Role;
import dev.quark.core.identity.User;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.testing.FakeCodeHost;
import dev.quark.core.testing.InMemoryStores;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostTokensTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final RepositoryName REPOSITORY = new RepositoryName("octo-org/octo-repo");

    private final UUID mona = new UUID(0, 1);
    private final UUID hubot = new UUID(0, 2);
    private final InMemoryStores stores = new InMemoryStores();
    private final FakeCodeHost host = new FakeCodeHost();
    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    private final HostTokens tokens = tokens(host);

    private HostTokens tokens(@Nullable HostSignIn signIn) {
        return new HostTokens(
                stores.hostTokens(), stores.keepers(), signIn, Runnable::run, new Audit(stores.audit(), clock), clock);
    }

    @BeforeEach
    void addUsers() {
        stores.users().add(User.invited(mona, "mona", null, Role.DEPLOYER, NOW));
        stores.users().add(User.invited(hubot, "hubot", null, Role.DEPLOYER, NOW));
    }

    private static HostToken expiring(String access, @Nullable String refresh, Instant at) {
        return new HostToken(Secret.of(access), Set.of(), refresh == null ? null : Secret.of(refresh), at);
    }

    /** What the audit log tells of GitHub's tokens, oldest first. */
    private List<String> audited() {
        return stores.audit().list(100, 0).reversed().stream()
                .map(entry -> entry.actor() + " " + entry.action() + " " + entry.target() + ": " + entry.detail())
                .toList();
    }

    private Optional<String> tokenOfMona() {
        return tokens.ofUser(mona).map(borrowed -> borrowed.token().reveal());
    }

    @Test
    void aTokenIsRefreshedBeforeItExpires() {
        tokens.keep(mona, expiring("old", "refresh", NOW.plusSeconds(60)));
        host.refreshable("refresh", expiring("new", "refresh-2", NOW.plusSeconds(28_800)));
        assertEquals(Optional.of("new"), tokenOfMona());
        assertEquals(Optional.of("new"), tokenOfMona());
    }

    @Test
    void aTokenThatCannotBeRefreshedIsForgotten() {
        tokens.keep(mona, expiring("old", "used before", NOW.minusSeconds(1)));
        assertEquals(Optional.empty(), tokenOfMona());
        assertEquals(Optional.empty(), stores.hostTokens().find(mona));
        tokens.keep(hubot, expiring("old", null, NOW.minusSeconds(1)));
        assertEquals(Optional.empty(), tokens.ofUser(hubot));
        String why = ": it has expired, and GitHub gives no other for it";
        assertEquals(
                List.of("quark github_token.drop user/" + mona + why, "quark github_token.drop user/" + hubot + why),
                audited());
    }

    @Test
    void whileTheHostIsDownATokenIsUsedToItsEndAndKept() {
        host.fail(new Broken("it answered 500"));
        tokens.keep(mona, expiring("old", "refresh", NOW.plusSeconds(60)));
        assertEquals(Optional.of("old"), tokenOfMona());
        HostToken expired = expiring("expired", "refresh", NOW.minusSeconds(1));
        tokens.keep(hubot, expired);
        assertThrows(CodeHostException.class, () -> tokens.ofUser(hubot));
        assertEquals(Optional.of(expired), stores.hostTokens().find(hubot));
    }

    @Test
    void aTokenThatAnotherNodeRefreshedIsTakenFromTheStore() {
        HostToken next = expiring("of another node", "refresh-2", NOW.plusSeconds(28_800));
        HostTokens late = tokens(new Unhelpful() {
            @Override
            public Optional<HostToken> refresh(Secret refreshToken) {
                stores.hostTokens().save(mona, next);
                return Optional.empty();
            }
        });
        stores.hostTokens().save(mona, expiring("old", "refresh", NOW.minusSeconds(1)));
        assertEquals(
                Optional.of("of another node"),
                late.ofUser(mona).map(borrowed -> borrowed.token().reveal()));
    }

    @Test
    void whereNobodyCanSignInWhatIsStoredStays() {
        HostToken expired = expiring("old", "refresh", NOW.minusSeconds(1));
        stores.hostTokens().save(mona, expired);
        assertEquals(Optional.empty(), tokens(null).ofUser(mona));
        assertEquals(Optional.of(expired), stores.hostTokens().find(mona));
    }

    @Test
    void whoeverSignsOutEverywhereHasNoTokenHereNorAtTheHost() {
        tokens.keep(mona, HostToken.of(host.give("gho_mona", 1, "mona")));
        tokens.forget(mona, "signed out everywhere");
        tokens.forget(mona, "signed out everywhere");
        assertEquals(Optional.empty(), tokenOfMona());
        assertEquals(List.of("gho_mona"), host.revoked());
        assertEquals(
                List.of(
                        "quark github_token.drop user/" + mona + ": signed out everywhere",
                        "quark github_token.revoke user/" + mona + ": "),
                audited());
    }

    @Test
    void aTokenThatGitHubCouldNotBeToldOfIsAuditedAsSuch() {
        tokens.keep(mona, HostToken.of(host.give("gho_mona", 1, "mona")));
        host.fail(new Broken("it answered 500"));
        tokens.forget(mona, "signed out everywhere");
        assertEquals(Optional.empty(), tokenOfMona());
        assertTrue(audited().get(1).contains("github_token.revoke user/" + mona + ": not done: GitHub failed"));
    }

    @Test
    void theTokenBeforeIsRevokedAtTheNextSignIn() {
        tokens.keep(mona, HostToken.of(Secret.of("first")));
        tokens.keep(mona, HostToken.of(Secret.of("first")));
        tokens.keep(mona, HostToken.of(Secret.of("second")));
        assertEquals(List.of("first"), host.revoked());
    }

    @Test
    void aTokenThatTheHostDoesNotKnowIsDroppedButNotTheOneThatCameAfterIt() {
        tokens.keep(mona, HostToken.of(Secret.of("revoked")));
        HostTokens.Borrowed borrowed = tokens.ofUser(mona).orElseThrow();
        assertThrows(CodeHostException.class, () -> tokens.with(borrowed, host::user));
        assertEquals(Optional.empty(), tokenOfMona());
        List<String> dropped = List.of("quark github_token.drop user/" + mona + ": GitHub does not know it any more");
        assertEquals(dropped, audited());
        tokens.keep(mona, HostToken.of(Secret.of("next")));
        tokens.dropRevoked(borrowed);
        assertEquals(dropped, audited());
        assertEquals(Optional.of("next"), tokenOfMona());
    }

    @Test
    void aRepositoryIsReadWithTheTokenOfTheFirstKeeperWhoHasOne() {
        stores.keepers().join(REPOSITORY, hubot, NOW);
        stores.keepers().join(REPOSITORY, mona, NOW.plusSeconds(1));
        assertEquals(Optional.empty(), tokens.ofRepository(REPOSITORY));
        tokens.keep(mona, HostToken.of(Secret.of("of mona")));
        assertEquals(mona, tokens.ofRepository(REPOSITORY).orElseThrow().user());
        tokens.keep(hubot, HostToken.of(Secret.of("of hubot")));
        assertEquals(hubot, tokens.ofRepository(REPOSITORY).orElseThrow().user());
    }

    @Test
    void aTokenThatIsShownCountsBeforeTheOneThatIsKeptAndIsNeverKept() {
        tokens.keep(mona, HostToken.of(host.give("kept", 1, "mona")));
        Secret shown = host.give("shown", 1, "mona-shown");
        assertEquals(
                "mona-shown", tokens.as(new Requester(mona, shown), host::user).login());
        assertEquals(Optional.of("kept"), tokenOfMona());
        ConflictException none =
                assertThrows(ConflictException.class, () -> tokens.as(new Requester(hubot, null), host::user));
        assertTrue(none.getMessage().contains("sign in with GitHub"));
    }

    private abstract static class Unhelpful implements HostSignIn {

        @Override
        public String authorizeUrl(String state, String challenge) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<HostToken> exchange(String code, Secret verifier) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void revoke(Secret token) {
            throw new UnsupportedOperationException();
        }
    }
}
