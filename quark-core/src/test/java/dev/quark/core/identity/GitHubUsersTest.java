package dev.quark.core.identity;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.ForbiddenException;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.secret.Secret;
import dev.quark.core.testing.FakeGitHubAccounts;
import dev.quark.core.testing.InMemoryStores;
import dev.quark.core.testing.Samples;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class GitHubUsersTest {

    private static final Secret TOKEN = Secret.of("gho_mona");
    private static final GitHubAccount MONA = new GitHubAccount(42, "Mona");

    private final InMemoryStores stores = new InMemoryStores();
    private final FakeGitHubAccounts github = new FakeGitHubAccounts();

    @Test
    void nobodyMaySignInWhomNobodyNamed() {
        GitHubUsers users = allowing();
        assertThrows(ForbiddenException.class, () -> users.admit(MONA, TOKEN, ""));
        assertEquals(0, stores.users().list(10, 0).total());
    }

    @Test
    void aUserWhoWasAddedIsLinkedAtTheFirstSignInAndKnownByTheNumberFromThenOn() {
        User invited = User.invited(Samples.id(), "mona", null, Role.ADMIN, NOW);
        stores.users().add(invited);
        GitHubUsers users = allowing();
        User linked = users.admit(MONA, TOKEN, "203.0.113.9");
        assertEquals(invited.linkedTo(MONA), linked);
        assertEquals(linked, users.admit(MONA, TOKEN, ""));
        // The login is another's now.
        assertThrows(ForbiddenException.class, () -> users.admit(new GitHubAccount(43, "mona"), TOKEN, ""));
        // And the account has another login.
        assertEquals(
                "lisa", users.admit(new GitHubAccount(42, "lisa"), TOKEN, "").githubLogin());
    }

    @Test
    void aLocalUserOfTheSameNameOrAddressIsNeverTakenOver() {
        User local = User.local(Samples.id(), "mona", "mona@github.com", Role.ADMIN, "hash", NOW);
        stores.users().add(local);
        User added = allowing("mona").admit(MONA, TOKEN, "");
        assertFalse(added.id().equals(local.id()));
        assertEquals("Mona-42", added.username());
        assertEquals(Role.DEPLOYER, added.role());
        assertEquals(local, stores.users().find(local.id()).orElseThrow());
    }

    @Test
    void nobodyFromGitHubGetsTheLocalAdministratorsName() {
        assertEquals(
                "admin-1",
                allowing("admin")
                        .admit(new GitHubAccount(1, "admin"), TOKEN, "")
                        .username());
    }

    @Test
    void whoCameByTheListIsCheckedAgainstItEachTime() {
        User mona = allowing("MONA", "someone").admit(MONA, TOKEN, "");
        assertEquals("Mona", mona.username());
        assertEquals(mona, allowing("mona").admit(MONA, TOKEN, ""));
        assertThrows(ForbiddenException.class, () -> allowing("someone").admit(MONA, TOKEN, ""));
    }

    @Test
    void membersOfAnAllowedOrganizationMaySignIn() {
        github.give(TOKEN.reveal(), MONA);
        GitHubUsers users = allowing("@octo-org");
        assertThrows(ForbiddenException.class, () -> users.admit(MONA, TOKEN, ""));
        github.join("octo-org", MONA);
        assertEquals("Mona", users.admit(MONA, TOKEN, "").username());
        github.setDown(true);
        assertThrows(UnavailableException.class, () -> users.admit(MONA, TOKEN, ""));
    }

    @Test
    void firstSignInsAreAudited() {
        allowing("mona").admit(MONA, TOKEN, "203.0.113.9");
        AuditEntry entry = stores.audit().list(10, 0).get(0);
        assertEquals("user.create", entry.action());
        assertEquals("Mona", entry.actor());
        assertEquals("203.0.113.9", entry.address());
    }

    @Test
    void theListHoldsNamesThatGitHubKnows() {
        AllowedGitHubUsers list = AllowedGitHubUsers.parse(List.of("Mona", "@Octo-Org"));
        assertTrue(list.names(new GitHubAccount(1, "mONA")));
        assertEquals(java.util.Set.of("octo-org"), list.organizations());
        for (String wrong : List.of("", "@", "a b", "mona@github.com", "-x", "x".repeat(40), "@@x")) {
            assertThrows(InvalidException.class, () -> AllowedGitHubUsers.parse(List.of(wrong)), wrong);
        }
    }

    private GitHubUsers allowing(String... entries) {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        return new GitHubUsers(
                stores.users(),
                github,
                AllowedGitHubUsers.parse(List.of(entries)),
                Role.DEPLOYER,
                new Audit(stores.audit(), clock),
                Samples::id,
                clock);
    }
}
