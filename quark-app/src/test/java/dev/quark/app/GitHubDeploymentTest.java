package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.codehost.HostToken;
import dev.quark.core.identity.Role;
import dev.quark.core.identity.User;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import dev.quark.github.GitHubStandIn;
import dev.quark.github.GitHubStandIn.Fault;
import dev.quark.persistence.Persistence;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server deploys a private repository of a GitHub on loopback, and tells it how that went. */
class GitHubDeploymentTest {

    private static final String SECRET_KEY = Base64.getEncoder().encodeToString(new byte[AesGcmSecretBox.KEY_BYTES]);

    /** Shows all that the command could find a token in: arguments, environment and git's configuration. */
    private static final String SCRIPT = """
        #!/bin/sh
        for arguments in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < "$arguments"; echo; done 2>/dev/null
        env
        cat .git/config
        """;

    @TempDir
    private Path temporary;

    private Path folder = Path.of("");
    private GitHubStandIn standIn;
    private RepositoryName repository;
    private CommitSha commit;
    private Secret token;

    @BeforeEach
    void open() throws Exception {
        folder = temporary.toRealPath();
        standIn = GitHubStandIn.start(Files.createDirectories(folder.resolve("elsewhere")))
                .account(1, "mona");
        repository = standIn.repository("octo/app", true, "mona");
        commit = standIn.push(repository, "main", "First", Map.of("deploy.sh", SCRIPT));
        token = standIn.token("mona", "repo");
        keepToken();
    }

    @AfterEach
    void close() {
        standIn.close();
    }

    /** As after a sign-in with GitHub. */
    private void keepToken() throws Exception {
        Files.createDirectories(server());
        AesGcmSecretBox secrets = new AesGcmSecretBox(Base64.getDecoder().decode(SECRET_KEY));
        String url = "sqlite:///" + server().resolve("app.db");
        try (Persistence store = Persistence.open(Persistence.Settings.parse(url), secrets)) {
            User mona = new User(
                    new UUID(0x01980b5d11117abcL, 0x8def0123456789abL),
                    "mona",
                    null,
                    Role.DEPLOYER,
                    null,
                    "mona",
                    1L,
                    false,
                    Instant.EPOCH);
            store.users().add(mona);
            store.hostTokens().save(mona.id(), new HostToken(token, Set.of("repo"), null, null));
            store.keepers().join(repository, mona.id(), Instant.EPOCH);
        }
    }

    private Path server() {
        return folder.resolve("server");
    }

    private QuarkProcess start() throws Exception {
        return QuarkProcess.start(
                server(),
                Map.of(
                        "SECRET_KEY",
                        SECRET_KEY,
                        "GITHUB_URL",
                        standIn.url(),
                        "GITHUB_API_URL",
                        standIn.apiUrl(),
                        "WEBHOOK_URL",
                        "https://quark.example.com/api/webhook"));
    }

    private void deploys(QuarkProcess quark, boolean requireChecks) throws Exception {
        quark.post(
                "/deploy/configs",
                Map.of(
                        "repo_id",
                        1,
                        "repo_full_name",
                        repository.value(),
                        "auto_deploy",
                        true,
                        "require_checks",
                        requireChecks,
                        "environment_url",
                        "https://app.example.com"));
    }

    private String push(QuarkProcess quark) throws Exception {
        return quark.push(
                        repository.value(),
                        "main",
                        commit.value(),
                        UUID.randomUUID().toString())
                .path("deployment_id")
                .asText();
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }

    private void awaitMark(String state) {
        await(() -> standIn.marks(repository, commit).stream().anyMatch(mark -> mark.startsWith(state)));
    }

    @Test
    void privateCodeIsDeployedAndTheTokenIsNowhereButEncryptedInTheDatabase() throws Exception {
        try (QuarkProcess quark = start()) {
            deploys(quark, false);
            String id = push(quark);
            JsonNode deployment = quark.awaitEnd(id);
            assertEquals("completed", deployment.path("status").asText(), deployment.toString());
            awaitMark("quark/production success");
            await(() ->
                    quark.get("/deployments/" + id).at("/github/state").asText().equals("sent"));

            assertTrue(standIn.requests().stream().anyMatch(request -> request.endsWith(" as mona")));
            List<String> output = quark.output(id);
            assertTrue(output.stream().anyMatch(line -> line.contains("QuarkCommand")), "the server's own arguments");
            assertNowhere(String.join("\n", output));
            assertEquals(
                    "https://quark.example.com/pages/deployments/" + id,
                    standIn.newestProgress(repository).path("log_url").asText());
            quark.terminate();
        }
        try (Stream<Path> files = Files.walk(server())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertNowhere(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
    }

    private void assertNowhere(String text) {
        String basic = Base64.getEncoder()
                .encodeToString(("x-access-token:" + token.reveal()).getBytes(StandardCharsets.UTF_8));
        assertFalse(text.contains(token.reveal()), "the token is shown");
        assertFalse(text.contains(basic), "the token is shown, encoded");
    }

    @Test
    void whateverIsWrongWithGitHubsApiPushesAreDeployed() throws Exception {
        try (QuarkProcess quark = start()) {
            deploys(quark, false);
            for (Fault fault : Fault.values()) {
                commit = standIn.push(
                        repository, "main", fault.name(), Map.of("deploy.sh", "#!/bin/sh\necho " + fault + "\n"));
                standIn.apiFault(fault);
                JsonNode deployment = quark.awaitEnd(push(quark));
                assertEquals("completed", deployment.path("status").asText(), () -> fault + ": " + deployment);
            }
        }
    }

    @Test
    void aDeploymentThatQuarkDiesOfIsGivenUpAfterItWasTakenUpThreeTimes() throws Exception {
        String id = "";
        for (int deaths = 0; deaths <= 3; deaths++) {
            int expected = deaths + 1;
            try (QuarkProcess quark = start()) {
                if (deaths == 0) {
                    deploys(quark, false);
                    standIn.fault(Fault.SLOW);
                    id = push(quark);
                }
                String of = id;
                await(() -> checkouts(quark, of).size() == expected);
                quark.kill();
            }
        }
        try (QuarkProcess quark = start()) {
            JsonNode deployment = quark.awaitEnd(id);
            assertEquals("failed", deployment.path("status").asText());
            String error = deployment.path("error_message").asText();
            assertTrue(error.startsWith("given up: QUARK ended 4 times"), error);
        }
    }

    private static List<String> checkouts(QuarkProcess quark, String id) throws Exception {
        return quark.log(id).stream()
                .filter(line -> line.startsWith("Checking out "))
                .toList();
    }

    @Test
    void aResultThatAKillKeptBackComesAfterTheNextStart() throws Exception {
        String id;
        try (QuarkProcess quark = start()) {
            deploys(quark, false);
            quark.awaitEnd(push(quark));
            awaitMark("quark/production success");
            commit = standIn.push(repository, "main", "Second", Map.of("deploy.sh", "#!/bin/sh\ntouch ../ran\n"));
            standIn.apiFault(Fault.DOWN);
            id = push(quark);
            assertEquals("completed", quark.awaitEnd(id).path("status").asText());
            quark.kill();
        }
        assertEquals(List.of(), standIn.marks(repository, commit));
        standIn.apiFault(Fault.NONE);

        try (QuarkProcess quark = start()) {
            awaitMark("quark/production success");
            await(() ->
                    quark.get("/deployments/" + id).at("/github/state").asText().equals("sent"));
            List<String> shown = standIn.deployments(repository);
            assertEquals(2, shown.size(), shown.toString());
            assertTrue(shown.get(0).endsWith("success, inactive]"), shown.toString());
            assertTrue(shown.get(1).endsWith("success]"), shown.toString());
        }
    }

    @Test
    void aPushWaitsForTheChecksOfItsCommitAlsoThroughARestart() throws Exception {
        String id;
        standIn.suite(repository, commit, "GitHub Actions", null, "build");
        try (QuarkProcess quark = start()) {
            deploys(quark, true);
            id = push(quark);
            awaitMark("quark/production pending Waiting for checks");
            JsonNode waiting = quark.get("/deployments/" + id);
            assertEquals("pending", waiting.path("status").asText());
            assertEquals("awaiting_checks", waiting.path("phase").asText());
            quark.kill();
        }
        standIn.suite(repository, commit, "GitHub Actions", "success", "build");
        try (QuarkProcess quark = start()) {
            byte[] event = QuarkProcess.JSON.writeValueAsBytes(Map.of(
                    "action", "completed",
                    "check_suite", Map.of("head_sha", commit.value()),
                    "repository", Map.of("full_name", repository.value())));
            assertEquals(
                    200,
                    quark.deliver(event, "check_suite", UUID.randomUUID().toString())
                            .statusCode());
            assertEquals("completed", quark.awaitEnd(id).path("status").asText());
            awaitMark("quark/production success");
        }
    }
}
