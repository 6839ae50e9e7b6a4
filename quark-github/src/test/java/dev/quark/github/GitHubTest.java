package dev.quark.github;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.codehost.CodeHost;
import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.codehost.CodeHostException.Broken;
import dev.quark.core.codehost.CodeHostException.Failure;
import dev.quark.core.codehost.CodeHostException.MissingScopes;
import dev.quark.core.codehost.CodeHostException.NotFound;
import dev.quark.core.codehost.CodeHostException.RateLimited;
import dev.quark.core.codehost.CodeHostException.Rejected;
import dev.quark.core.codehost.CodeHostException.Revoked;
import dev.quark.core.codehost.CodeHostException.Unreachable;
import dev.quark.core.codehost.Comparison;
import dev.quark.core.codehost.Comparison.Relation;
import dev.quark.core.codehost.HostBranch;
import dev.quark.core.codehost.HostCommit;
import dev.quark.core.codehost.HostHook;
import dev.quark.core.codehost.HostHooks;
import dev.quark.core.codehost.HostRepository;
import dev.quark.core.identity.GitHubAccount;
import dev.quark.core.identity.GitHubAccounts;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import dev.quark.github.GitHubStandIn.Fault;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The adapters of GitHub's REST API, over real HTTP. */
class GitHubTest {

    private static final BranchName MAIN = new BranchName("main");

    @TempDir
    private Path folder;

    private GitHubStandIn standIn;
    private GitHub gitHub;
    private CodeHost host;
    private Secret token;

    @BeforeEach
    void open() throws Exception {
        standIn = GitHubStandIn.start(folder).account(583231, "octocat", "octo-org");
        gitHub = connect(Clock.systemUTC(), Duration.ofSeconds(30));
        host = gitHub.codeHost();
        token = standIn.token("octocat", "repo", "read:org");
    }

    @AfterEach
    void close() {
        gitHub.close();
        standIn.close();
    }

    private GitHub connect(Clock clock, Duration patience) {
        return GitHub.connect(new GitHub.Settings(standIn.url(), standIn.apiUrl(), null, patience), clock);
    }

    private static <F extends Failure> F fails(Class<F> kind, Executable call) {
        return assertInstanceOf(
                kind, assertThrows(CodeHostException.class, call).failure());
    }

    @Test
    void tellsWhoseTokenItIs() {
        assertEquals(583231, host.user(token).id());
        assertEquals("octocat", host.user(token).login());
    }

    @Test
    void knowsWhoHoldsATokenAndWhoBelongsToAnOrganisation() {
        GitHubAccounts accounts = gitHub.accounts();
        assertEquals(Optional.of(new GitHubAccount(583231, "octocat")), accounts.whoHolds(token));
        assertTrue(accounts.isMember(token, "octo-org"));
        assertFalse(accounts.isMember(token, "another"));
        standIn.revoke(token);
        assertEquals(Optional.empty(), accounts.whoHolds(token));
        standIn.fault(Fault.BROKEN);
        assertThrows(UnavailableException.class, () -> accounts.whoHolds(token));
        assertThrows(UnavailableException.class, () -> accounts.isMember(token, "octo-org"));
    }

    @Test
    void readsRepositoriesBranchesCommitsAndComparisons() throws Exception {
        RepositoryName name = standIn.repository("octo-org/private", true, "octocat");
        CommitSha first = standIn.push(name, "main", "First", Map.of("a.txt", "1"));
        CommitSha second = standIn.push(name, "main", "Second\n\nwith a body", Map.of("a.txt", "1", "b/c d.txt", "2"));
        standIn.push(name, "feature/one", "Apart", Map.of("x", "1"));
        HostRepository repository = host.repository(token, new RepositoryName("OCTO-org/private"));
        assertTrue(repository.isPrivate() && repository.admin());
        assertEquals(
                List.of(name),
                host.repositories(token).stream().map(HostRepository::name).toList());
        assertEquals(
                List.of("feature/one", "main"),
                host.branches(token, name).stream().map(HostBranch::name).toList());
        List<HostCommit> commits = host.commits(token, name, MAIN, 1, 100);
        assertEquals(
                List.of(second, first),
                commits.stream().map(c -> c.commit().sha()).toList());
        assertEquals("Second\n\nwith a body", commits.get(0).commit().message());
        assertEquals("Mona", commits.get(0).commit().author());
        assertEquals(
                List.of(first),
                host.commits(token, name, MAIN, 2, 1).stream()
                        .map(c -> c.commit().sha())
                        .toList());
        assertEquals(second, host.head(token, name, MAIN).orElseThrow().commit().sha());
        assertEquals(Optional.empty(), host.head(token, name, new BranchName("gone")));
        assertTrue(host.head(token, name, new BranchName("feature/one")).isPresent());
        assertEquals(
                new Comparison(Relation.AHEAD, Set.of("b/c d.txt"), true), host.compare(token, name, first, second));
        assertEquals(Relation.BEHIND, host.compare(token, name, second, first).relation());
    }

    @Test
    void anEmptyRepositoryHasNoCommits() throws Exception {
        RepositoryName name = standIn.repository("octo-org/empty", false, "octocat");
        assertEquals(List.of(), host.commits(token, name, null, 1, 30));
        assertEquals(List.of(), host.branches(token, name));
    }

    @Test
    void followsPagesToTheEnd() throws Exception {
        for (int i = 0; i < 5101; i++) {
            standIn.model.add(new RepositoryName("octo-org/repo-" + i), false, Set.of("octocat"), standIn.model.root);
        }
        List<HostRepository> repositories = host.repositories(token);
        assertEquals(5101, repositories.size());
        assertEquals(
                5101, repositories.stream().map(HostRepository::id).distinct().count());
        assertEquals(52, standIn.requests().size());
    }

    @Test
    void aPageOnAnotherServerIsNotFollowed() throws Exception {
        standIn.model.nextPage = "http://127.0.0.1:1/api/v3/user/repos?page=2";
        for (int i = 0; i < 101; i++) {
            standIn.model.add(new RepositoryName("octo-org/repo-" + i), false, Set.of("octocat"), standIn.model.root);
        }
        Broken broken = fails(Broken.class, () -> host.repositories(token));
        assertTrue(broken.message().contains("another server"), broken::message);
    }

    @Test
    void whatHasNotChangedCostsNoQuotaAndIsOfOneTokenAlone() throws Exception {
        RepositoryName name = standIn.repository("octo-org/repo", false, "octocat");
        CommitSha first = standIn.push(name, "main", "First", Map.of("a", "1"));
        host.head(token, name, MAIN);
        int used = standIn.quotaUsed();
        assertEquals(first, host.head(token, name, MAIN).orElseThrow().commit().sha());
        assertEquals(first, host.head(token, name, MAIN).orElseThrow().commit().sha());
        assertEquals(used, standIn.quotaUsed());
        host.head(standIn.token("octocat", "repo"), name, MAIN);
        assertEquals(used + 1, standIn.quotaUsed());
        CommitSha second = standIn.push(name, "main", "Second", Map.of("a", "2"));
        assertEquals(second, host.head(token, name, MAIN).orElseThrow().commit().sha());
    }

    @Test
    void aRepositoryThatVanishedIsNotFoundAndSaysSo() throws Exception {
        RepositoryName name = standIn.repository("octo-org/repo", false, "octocat");
        standIn.vanish(name);
        NotFound missing = fails(NotFound.class, () -> host.branches(token, name));
        assertTrue(missing.message().contains("/repos/octo-org/repo"), missing::message);
    }

    @Test
    void aRevokedTokenIsRevoked() {
        standIn.revoke(token);
        fails(Revoked.class, () -> host.user(token));
    }

    @Test
    void missingScopesAreNamed() throws Exception {
        RepositoryName name = standIn.repository("octo-org/repo", false, "octocat");
        Secret reader = standIn.token("octocat", "read:org");
        MissingScopes missing = fails(MissingScopes.class, () -> gitHub.hooks().list(reader, name));
        assertEquals(Set.of("admin:repo_hook", "repo"), missing.needed());
        assertEquals(Set.of("read:org"), missing.granted());
        assertTrue(missing.message().contains("one of admin:repo_hook, repo, and it has read:org"), missing::message);
    }

    @Test
    void aUsedUpQuotaSaysWhenItIsRenewedAndNobodyAsksBefore() {
        standIn.fault(Fault.PRIMARY_LIMIT);
        RateLimited limited = fails(RateLimited.class, () -> host.user(token));
        assertFalse(limited.secondary());
        assertTrue(limited.until().isAfter(Instant.now().plusSeconds(1000)));
        standIn.fault(Fault.NONE);
        int asked = standIn.requests().size();
        fails(RateLimited.class, () -> host.user(token));
        assertEquals(asked, standIn.requests().size());
        host.user(standIn.token("octocat"));
    }

    @Test
    void aSecondaryLimitSaysHowLongToWaitAndIsOverThen() {
        Instant now = Instant.parse("2026-11-25T12:00:00Z");
        MovingClock clock = new MovingClock(now);
        try (GitHub patient = connect(clock, Duration.ofSeconds(30))) {
            standIn.retryAfter(90);
            standIn.fault(Fault.SECONDARY_LIMIT);
            RateLimited limited =
                    fails(RateLimited.class, () -> patient.codeHost().user(token));
            assertEquals(new RateLimited(now.plusSeconds(90), true), limited);
            standIn.fault(Fault.NONE);
            clock.now = now.plusSeconds(89);
            fails(RateLimited.class, () -> patient.codeHost().user(token));
            clock.now = now.plusSeconds(90);
            assertEquals("octocat", patient.codeHost().user(token).login());
        }
    }

    @Test
    void aServerErrorIsBrokenAndMayPass() {
        standIn.fault(Fault.BROKEN);
        Broken broken = fails(Broken.class, () -> host.user(token));
        assertTrue(broken.passing());
        standIn.fault(Fault.NONE);
        assertEquals("octocat", host.user(token).login());
    }

    @Test
    void aDocumentThatBreaksOffIsBrokenAndNotRemembered() {
        standIn.fault(Fault.TRUNCATED);
        fails(Broken.class, () -> host.user(token));
        fails(Broken.class, () -> host.user(token));
        standIn.fault(Fault.NONE);
        assertEquals("octocat", host.user(token).login());
    }

    @Test
    void aSilentServerIsGivenUp() {
        standIn.fault(Fault.SLOW);
        try (GitHub hasty = connect(Clock.systemUTC(), Duration.ofMillis(300))) {
            assertTrue(
                    fails(Unreachable.class, () -> hasty.codeHost().user(token)).passing());
        }
    }

    @Test
    void aServerThatIsDownIsUnreachable() {
        standIn.fault(Fault.DOWN);
        fails(Unreachable.class, () -> host.user(token));
        standIn.close();
        fails(Unreachable.class, () -> host.user(token));
    }

    @Test
    void aHookIsMadeChangedListedAndRemoved() throws Exception {
        RepositoryName name = standIn.repository("octo-org/repo", false, "octocat");
        HostHooks hooks = gitHub.hooks();
        HostHooks.Wanted wanted =
                new HostHooks.Wanted("https://quark.example/api/webhook", List.of("push"), Secret.of("s3cret"));
        HostHook made = hooks.create(token, name, wanted);
        assertEquals(List.of(made), hooks.list(token, name));
        assertEquals(Set.of("push"), made.events());
        assertEquals("json", made.contentType());
        assertTrue(made.active() && !made.insecure());
        assertEquals("s3cret", standIn.hooks(name).get(0).at("/config/secret").asText());
        Rejected twice = fails(Rejected.class, () -> hooks.create(token, name, wanted));
        assertTrue(twice.message().contains("Hook already exists"), twice::message);
        HostHook changed = hooks.change(
                token,
                name,
                made.id(),
                new HostHooks.Wanted("https://other.example/", List.of("push", "status"), Secret.of("other")));
        assertEquals(Set.of("push", "status"), changed.events());
        hooks.delete(token, name, made.id());
        hooks.delete(token, name, made.id());
        assertEquals(List.of(), hooks.list(token, name));
    }

    @Test
    void noTokenIsInAnExceptionOrALogLine() {
        standIn.fault(Fault.BROKEN);
        CodeHostException failure = assertThrows(CodeHostException.class, () -> host.user(token));
        assertFalse(failure.toString().contains(token.reveal()));
    }

    private static final class MovingClock extends Clock {

        private volatile Instant now;

        MovingClock(Instant now) {
            this.now = now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
