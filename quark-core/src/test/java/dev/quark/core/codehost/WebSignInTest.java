package dev.quark.core.codehost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.codehost.CodeHostException.Broken;
import dev.quark.core.event.LocalEventBus;
import dev.quark.core.identity.AccessTokens;
import dev.quark.core.identity.AllowedGitHubUsers;
import dev.quark.core.identity.Audit;
import dev.quark.core.identity.GitHubAccount;
import dev.quark.core.identity.GitHubUsers;
import dev.quark.core.identity.Role;
import dev.quark.core.identity.Session;
import dev.quark.core.identity.Sessions;
import dev.quark.core.problem.ForbiddenException;
import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.secret.Secret;
import dev.quark.core.secret.SecretBox;
import dev.quark.core.testing.FakeCodeHost;
import dev.quark.core.testing.FakeGitHubAccounts;
import dev.quark.core.testing.InMemoryStores;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WebSignInTest {

    private final InMemoryStores stores = new InMemoryStores();
    private final FakeCodeHost host = new FakeCodeHost();
    private final FakeGitHubAccounts accounts = new FakeGitHubAccounts();
    private final MovingClock clock = new MovingClock();
    private int ids;
    private final WebSignIn signIn = signIn();

    private WebSignIn signIn() {
        Audit audit = new Audit(stores.audit(), clock);
        return new WebSignIn(
                host,
                accounts,
                new GitHubUsers(
                        stores.users(),
                        accounts,
                        AllowedGitHubUsers.parse(List.of("octocat")),
                        Role.DEPLOYER,
                        audit,
                        () -> new UUID(0, ++ids),
                        clock),
                new Sessions(stores.sessions(), tokens(), new LocalEventBus(), audit, () -> new UUID(1, ++ids), clock),
                new HostTokens(
                        stores.hostTokens(),
                        stores.keepers(),
                        host,
                        Runnable::run,
                        new Audit(stores.audit(), clock),
                        clock),
                stores.usedStates(),
                new OpenBox(),
                () -> "random-" + ++ids,
                clock);
    }

    private static AccessTokens tokens() {
        return new AccessTokens() {
            @Override
            public Secret issue(Session session) {
                return Secret.of("session of " + session.user());
            }

            @Override
            public Optional<UUID> read(Secret token, Instant now) {
                return Optional.empty();
            }
        };
    }

    private void grants(String code, long id, String login) {
        String token = "token-for-" + code;
        accounts.give(token, new GitHubAccount(id, login));
        host.give(token, id, login);
        host.code(code, HostToken.of(Secret.of(token)));
    }

    private static String state(WebSignIn.Begun begun) {
        return begun.url().replaceFirst(".*state=([^&]*).*", "$1");
    }

    private String refused(String code, String state, WebSignIn.Begun begun) {
        String message = assertThrows(
                        UnauthenticatedException.class, () -> signIn.finish(code, state, begun.pass(), "::1"))
                .getMessage();
        assertTrue(message.contains("begin again"), message);
        return message;
    }

    @Test
    void signsInWhoeverIsAllowedAndKeepsTheToken() {
        grants("code", 1, "octocat");
        WebSignIn.Begun begun = signIn.begin();
        Sessions.SignedIn signedIn = signIn.finish("code", state(begun), begun.pass(), "203.0.113.7");
        assertEquals("octocat", signedIn.user().username());
        assertEquals(Role.DEPLOYER, signedIn.user().role());
        assertEquals(
                Optional.of(HostToken.of(Secret.of("token-for-code"))),
                stores.hostTokens().find(signedIn.user().id()));
        assertNotEquals(state(begun), state(signIn.begin()));
    }

    @Test
    void aStateFromAnotherBrowserSignsNobodyIn() {
        grants("code", 1, "octocat");
        WebSignIn.Begun mine = signIn.begin();
        WebSignIn.Begun theirs = signIn.begin();
        assertTrue(refused("code", state(theirs), mine).contains("not begun in this browser"));
        assertTrue(assertThrows(UnauthenticatedException.class, () -> signIn.finish("code", state(mine), null, "::1"))
                .getMessage()
                .contains("not begun in this browser"));
        for (String forged : List.of("", "forged", "%%%", "AAAA")) {
            assertThrows(
                    UnauthenticatedException.class, () -> signIn.finish("code", state(mine), Secret.of(forged), "::1"));
        }
        assertEquals(0, stores.users().list(10, 0).total());
    }

    @Test
    void aSignInEndsOnce() {
        grants("code", 1, "octocat");
        grants("code-2", 1, "octocat");
        WebSignIn.Begun begun = signIn.begin();
        signIn.finish("code", state(begun), begun.pass(), "::1");
        assertTrue(refused("code-2", state(begun), begun).contains("used before"));
    }

    @Test
    void aCodeThatWasUsedBeforeSignsNobodyIn() {
        grants("code", 1, "octocat");
        WebSignIn.Begun first = signIn.begin();
        signIn.finish("code", state(first), first.pass(), "::1");
        WebSignIn.Begun second = signIn.begin();
        assertTrue(refused("code", state(second), second).contains("does not accept the code"));
    }

    @Test
    void aSignInExpires() {
        grants("code", 1, "octocat");
        WebSignIn.Begun begun = signIn.begin();
        clock.now = clock.now.plus(WebSignIn.VALIDITY);
        assertTrue(refused("code", state(begun), begun).contains("longer than 10 minutes"));
    }

    @Test
    void nobodyElseIsSignedInAndTheirTokenIsGivenBack() {
        grants("code", 2, "stranger");
        WebSignIn.Begun begun = signIn.begin();
        assertThrows(ForbiddenException.class, () -> signIn.finish("code", state(begun), begun.pass(), "::1"));
        assertEquals(0, stores.users().list(10, 0).total());
        assertEquals(List.of("token-for-code"), host.revoked());
    }

    @Test
    void aHostThatFailsSignsNobodyIn() {
        WebSignIn.Begun begun = signIn.begin();
        host.fail(new Broken("it answered 500"));
        assertThrows(CodeHostException.class, () -> signIn.finish("code", state(begun), begun.pass(), "::1"));
        assertFalse(begun.pass().toString().contains("random"));
    }

    /** Seals nothing, but knows what it sealed. */
    private static final class OpenBox implements SecretBox {

        private static final String MARK = "sealed for ";

        @Override
        public byte[] seal(Secret secret, String context) {
            return (MARK + context + ":" + secret.reveal()).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Secret open(byte[] sealed, String context) {
            String text = new String(sealed, StandardCharsets.UTF_8);
            String prefix = MARK + context + ":";
            if (!text.startsWith(prefix)) {
                throw new IllegalStateException("not sealed here");
            }
            return Secret.of(text.substring(prefix.length()));
        }
    }

    private static final class MovingClock extends Clock {

        private Instant now = Instant.parse("2026-11-25T12:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
