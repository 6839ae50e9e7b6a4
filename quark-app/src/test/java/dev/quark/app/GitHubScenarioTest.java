package dev.quark.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.testing.FreePorts;
import dev.quark.github.GitHubStandIn;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person signs in with GitHub, and their pushes are deployed from then on, also those that nobody tells QUARK of. */
class GitHubScenarioTest {

    @TempDir
    private Path folder;

    private GitHubStandIn gitHub;
    private QuarkProcess quark;
    private RepositoryName repository;

    @BeforeEach
    void start() throws Exception {
        gitHub = GitHubStandIn.start(folder).account(583231, "octocat").account(2, "stranger");
        repository = gitHub.repository("octo-org/octo-repo", false, "octocat");
        int port = FreePorts.next();
        String url = "http://127.0.0.1:" + port;
        quark = QuarkProcess.start(
                Files.createDirectories(folder.resolve("quark")),
                Map.ofEntries(
                        Map.entry("PORT", Integer.toString(port)),
                        Map.entry("GITHUB_URL", gitHub.url()),
                        Map.entry("GITHUB_API_URL", gitHub.apiUrl()),
                        Map.entry("CLIENT_ID", GitHubStandIn.CLIENT_ID),
                        Map.entry("CLIENT_SECRET", GitHubStandIn.CLIENT_SECRET.reveal()),
                        Map.entry("REDIRECT_URI", url + "/auth/callback"),
                        Map.entry("WEBHOOK_URL", url + "/api/webhook"),
                        Map.entry("FRONTEND_URL", "https://dash.example.com"),
                        Map.entry("ALLOWED_GITHUB_USERS", "octocat"),
                        Map.entry("DEFAULT_ROLE", "admin"),
                        Map.entry("CATCH_UP_SECONDS", "1")));
    }

    @AfterEach
    void stop() throws Exception {
        quark.close();
        gitHub.close();
    }

    /** Goes where it is sent, with the cookies that it got, as a browser does. */
    private static final class Browser implements AutoCloseable {

        private final HttpClient client =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

        HttpResponse<String> get(String url) throws Exception {
            return client.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .header("Accept", "text/html")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }

        /** Where the answer sends the browser. */
        String sentOn(String url) throws Exception {
            HttpResponse<String> answer = get(url);
            assertEquals(302, answer.statusCode(), answer::body);
            return answer.headers().firstValue("Location").orElseThrow();
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private String signIn() throws Exception {
        try (Browser browser = new Browser()) {
            String atGitHub = browser.sentOn(quark.url() + "/auth/login");
            assertTrue(atGitHub.startsWith(gitHub.url() + "/login/oauth/authorize?"), atGitHub);
            String back = browser.sentOn(atGitHub);
            String dashboard = browser.sentOn(back);
            assertTrue(dashboard.startsWith("https://dash.example.com/login#token="), dashboard);
            assertTrue(dashboard.endsWith("&provider=github"), dashboard);
            assertEquals(401, browser.get(back).statusCode(), "a sign-in ends once");
            return dashboard.replaceFirst(".*#token=([^&]*)&.*", "$1");
        }
    }

    private JsonNode ask(String method, String path, @Nullable Object body, String token) throws Exception {
        HttpResponse<String> answer = quark.send(method, path, body, token);
        assertEquals(2, answer.statusCode() / 100, () -> path + ": " + answer.body());
        return QuarkProcess.JSON.readTree(answer.body());
    }

    private CommitSha push(String greeting) throws Exception {
        return gitHub.push(repository, "main", greeting, Map.of("deploy.sh", "#!/bin/sh\necho " + greeting + "\n"));
    }

    @Test
    void fromSignInToAPushThatIsDeployed() throws Exception {
        CommitSha first = push("hello");
        gitHub.browserOf("octocat");
        String token = signIn();
        assertEquals(
                "octocat", ask("GET", "/user/profile", null, token).get("login").asText());
        JsonNode listed = ask("GET", "/user/repos", null, token).get(0);
        assertEquals("octo-org/octo-repo", listed.get("full_name").asText());
        ask(
                "POST",
                "/deploy/configs",
                Map.of(
                        "repo_id", listed.get("id").asLong(),
                        "repo_full_name", listed.get("full_name").asText(),
                        "auto_deploy", true),
                token);
        JsonNode hook = ask("POST", "/api/repos/octo-org/octo-repo/setup-webhook", Map.of(), token);
        assertEquals("created", hook.get("action").asText());
        String delivery = UUID.randomUUID().toString();
        assertEquals(List.of(202), gitHub.deliverPush(repository, "main", delivery));
        deployed(first, "push");
        JsonNode stored = ask("GET", "/api/webhooks/deliveries/" + delivery, null, token);
        assertTrue(stored.at("/configs/0/deployed").asBoolean());

        CommitSha missed = push("again");
        deployed(missed, "catch_up");
        assertEquals(
                List.of(200),
                gitHub.deliverPush(repository, "main", UUID.randomUUID().toString()));
        assertEquals(2, quark.get("/deployments").size());
    }

    @Test
    void whoSignsOutLeavesNoTokenHereNorAtGitHubAndTheAuditLogSaysSo() throws Exception {
        gitHub.browserOf("octocat");
        String first = signIn();
        String last = signIn();
        await().atMost(Duration.ofSeconds(60)).until(() -> gitHub.tokens("octocat") == 1);
        ask("POST", "/auth/logout", Map.of(), first);
        ask("GET", "/user/profile", null, last);
        ask("POST", "/auth/logout", Map.of(), last);
        await().atMost(Duration.ofSeconds(60)).until(() -> gitHub.tokens("octocat") == 0);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertEquals(
                        List.of("github_token.revoke", "github_token.drop", "user.sign_out"),
                        StreamSupport.stream(quark.get("/audit?limit=3").spliterator(), false)
                                .map(entry -> entry.path("action").asText())
                                .toList()));
    }

    private void deployed(CommitSha sha, String trigger) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            JsonNode newest = quark.get("/deployments").path(0);
            assertEquals(sha.value(), newest.path("commit_sha").asText());
            assertEquals(trigger, newest.path("trigger").asText());
            assertEquals("completed", newest.path("status").asText(), newest::toString);
        });
    }

    @Test
    void nobodyElseIsSignedIn() throws Exception {
        gitHub.browserOf("stranger");
        try (Browser browser = new Browser();
                Browser other = new Browser()) {
            String back = browser.sentOn(browser.sentOn(quark.url() + "/auth/github/login"));
            assertEquals(401, other.get(back).statusCode(), "a state from another browser");
            HttpResponse<String> refused = browser.get(back);
            assertEquals(403, refused.statusCode());
            assertFalse(refused.body().contains("token="), refused.body());
        }
    }
}
