package dev.quark.core.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quark.core.problem.ForbiddenException;
import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.secret.Secret;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class GitHubTokensTest {

    private static final Secret TOKEN = Secret.of("ghp_mona");
    private static final GitHubAccount MONA = new GitHubAccount(42, "mona");

    private final People people = new People();

    @Test
    void namesTheUserWithTheAccountsNumber() {
        people.github.give("ghp_mona", MONA);
        Caller caller = people.byToken(TOKEN);
        assertEquals("mona", caller.user().username());
        assertEquals(new Credential.OfGitHub(), caller.by());
        assertEquals(Role.DEPLOYER, caller.user().role());
    }

    @Test
    void everyKindOfGitHubsTokensIsAsked() {
        for (String token : List.of("ghp_x", "gho_x", "ghu_x", "github_pat_11_x", "0123456789abcdef")) {
            people.github.give(token, MONA);
            assertEquals("mona", people.byToken(Secret.of(token)).user().username());
        }
    }

    @Test
    void whatQuarkGaveOutIsNeverShownToGitHub() {
        for (String own : List.of("qk_unknown", "eyJh.eyJz.c2ln", "", "x".repeat(5000))) {
            assertThrows(UnauthenticatedException.class, () -> people.byToken(Secret.of(own)));
        }
        assertEquals(0, people.github.questions());
    }

    @Test
    void theAnswerCountsForAMinute() {
        people.github.give("ghp_mona", MONA);
        people.byToken(TOKEN);
        people.github.revoke("ghp_mona");
        people.clock.pass(Duration.ofSeconds(59));
        people.byToken(TOKEN);
        assertEquals(1, people.github.questions());
        people.clock.pass(Duration.ofSeconds(1));
        assertThrows(UnauthenticatedException.class, () -> people.byToken(TOKEN));
        assertEquals(2, people.github.questions());
    }

    @Test
    void aRefusalCountsForTenSeconds() {
        assertThrows(UnauthenticatedException.class, () -> people.byToken(TOKEN));
        people.github.give("ghp_mona", MONA);
        people.clock.pass(Duration.ofSeconds(9));
        assertThrows(UnauthenticatedException.class, () -> people.byToken(TOKEN));
        assertEquals(1, people.github.questions());
        people.clock.pass(Duration.ofSeconds(1));
        people.byToken(TOKEN);
    }

    @Test
    void changesOfTheUserHoldAtOnceAllTheSame() {
        people.github.give("ghp_mona", MONA);
        User mona = people.byToken(TOKEN).user();
        people.stores.users().update(mona.id(), user -> user.withRole(Role.VIEWER));
        assertEquals(Role.VIEWER, people.byToken(TOKEN).user().role());
        people.stores.users().remove(mona.id());
        assertThrows(UnauthenticatedException.class, () -> people.byToken(TOKEN));
    }

    @Test
    void whoMayNotSignInIsToldSo() {
        people.github.give("ghp_other", new GitHubAccount(43, "other"));
        for (int i = 0; i < 2; i++) {
            ForbiddenException refused =
                    assertThrows(ForbiddenException.class, () -> people.byToken(Secret.of("ghp_other")));
            assertEquals(
                    "The GitHub user other may not sign in here: an administrator has to add the user, or"
                            + " ALLOWED_GITHUB_USERS.",
                    refused.getMessage());
        }
        assertEquals(1, people.github.questions());
        assertEquals(1, people.stores.users().list(10, 0).total());
    }

    @Test
    void whileGitHubIsDownOnlyWhatIsKnownWorks() {
        people.github.give("ghp_mona", MONA);
        people.byToken(TOKEN);
        people.github.setDown(true);
        people.byToken(TOKEN);
        assertThrows(UnavailableException.class, () -> people.byToken(Secret.of("ghp_new")));
        people.github.setDown(false);
        assertThrows(UnauthenticatedException.class, () -> people.byToken(Secret.of("ghp_new")));
    }

    @Test
    void whoMayNotAskIsRefusedBeforeGitHubIs() {
        people.github.give("ghp_mona", MONA);
        Runnable refuse = () -> {
            throw new IllegalStateException("too many");
        };
        assertThrows(IllegalStateException.class, () -> people.authenticate.byToken(TOKEN, "", refuse));
        assertEquals(0, people.github.questions());
        people.byToken(TOKEN);
        people.authenticate.byToken(TOKEN, "", refuse);
    }

    @Test
    void aFloodOfWrongTokensDoesNotDriveOutARightOne() {
        people.github.give("ghp_mona", MONA);
        people.byToken(TOKEN);
        for (int i = 0; i < 1500; i++) {
            Secret wrong = Secret.of("ghp_wrong" + i);
            assertThrows(UnauthenticatedException.class, () -> people.byToken(wrong));
        }
        people.byToken(TOKEN);
        assertEquals(1501, people.github.questions());
    }

    @Test
    void manyAtTheSameTimeMakeOneUser() throws Exception {
        people.github.give("ghp_mona", MONA);
        try (var threads = Executors.newFixedThreadPool(8)) {
            Callable<Caller> ask = () -> people.byToken(TOKEN);
            for (var answer : threads.invokeAll(java.util.Collections.nCopies(32, ask))) {
                assertEquals("mona", answer.get().user().username());
            }
        }
        assertEquals(2, people.stores.users().list(10, 0).total());
    }
}
