package dev.quark.github;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.codehost.HostSignIn;
import dev.quark.core.codehost.HostToken;
import dev.quark.core.secret.Secret;
import dev.quark.github.GitHubStandIn.Fault;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The web flow, with a browser that goes where it is sent. */
class GitHubSignInTest {

    private static final String BACK = "http://localhost:8000/auth/callback";

    /** A verifier and its challenge, from RFC 7636, appendix B. */
    private static final Secret VERIFIER = Secret.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");

    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    @TempDir
    private Path folder;

    private GitHubStandIn standIn;
    private GitHub gitHub;
    private HostSignIn signIn;

    @BeforeEach
    void open() throws Exception {
        standIn = GitHubStandIn.start(folder).account(1, "octocat");
        standIn.browserOf("octocat");
        gitHub = connect(GitHubStandIn.CLIENT_SECRET);
        signIn = signIn(gitHub);
    }

    @AfterEach
    void close() {
        gitHub.close();
        standIn.close();
    }

    private GitHub connect(Secret clientSecret) {
        return GitHub.connect(
                new GitHub.Settings(
                        standIn.url(),
                        standIn.apiUrl(),
                        new GitHub.App(GitHubStandIn.CLIENT_ID, clientSecret, BACK),
                        Duration.ofSeconds(30)),
                Clock.systemUTC());
    }

    private static HostSignIn signIn(GitHub gitHub) {
        HostSignIn signIn = gitHub.signIn();
        assertNotNull(signIn);
        return signIn;
    }

    /** Goes to GitHub as a browser does, and comes back with a code. */
    private String code() throws Exception {
        try (HttpClient browser = HttpClient.newHttpClient()) {
            String back = browser.send(
                            HttpRequest.newBuilder(URI.create(signIn.authorizeUrl("st/ate", CHALLENGE)))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();
            assertTrue(back.startsWith(BACK + "?code="), back);
            assertTrue(back.endsWith("&state=st/ate"), back);
            return back.replaceFirst(".*code=([^&]*).*", "$1");
        }
    }

    @Test
    void aCodeBecomesATokenOnce() throws Exception {
        String code = code();
        HostToken token = signIn.exchange(code, VERIFIER).orElseThrow();
        assertEquals(Set.of("repo", "admin:repo_hook", "read:org"), token.scopes());
        assertNull(token.refresh());
        assertEquals("octocat", gitHub.codeHost().user(token.access()).login());
        assertEquals(Optional.empty(), signIn.exchange(code, VERIFIER));
    }

    @Test
    void aCodeIsOfNoUseWithoutTheVerifier() throws Exception {
        assertEquals(Optional.empty(), signIn.exchange(code(), Secret.of("another")));
    }

    @Test
    void aTokenThatExpiresIsRefreshedOnce() throws Exception {
        standIn.tokensExpire(true);
        HostToken token = signIn.exchange(code(), VERIFIER).orElseThrow();
        Secret refresh = token.refresh();
        assertNotNull(refresh);
        assertNotNull(token.expiresAt());
        HostToken next = signIn.refresh(refresh).orElseThrow();
        assertEquals("octocat", gitHub.codeHost().user(next.access()).login());
        assertEquals(Optional.empty(), signIn.refresh(refresh));
    }

    @Test
    void aRevokedTokenIsKnownNoMore() {
        Secret token = standIn.token("octocat", "repo");
        signIn.revoke(token);
        assertFalse(standIn.knows(token));
        signIn.revoke(token);
    }

    @Test
    void wrongSettingsAreNamedAndNoSecretIs() {
        try (GitHub wrong = connect(Secret.of("not-the-secret"))) {
            CodeHostException refused =
                    assertThrows(CodeHostException.class, () -> signIn(wrong).exchange("code", VERIFIER));
            assertTrue(refused.getMessage().contains("CLIENT_SECRET"), refused.getMessage());
            assertFalse(refused.getMessage().contains("not-the-secret"), refused.getMessage());
        }
    }

    @Test
    void aFailingGitHubSignsNobodyIn() {
        for (Fault fault : Set.of(Fault.BROKEN, Fault.DOWN, Fault.SECONDARY_LIMIT)) {
            standIn.fault(fault);
            assertThrows(CodeHostException.class, () -> signIn.exchange("code", VERIFIER), fault::name);
        }
    }
}
