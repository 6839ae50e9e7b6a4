package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.FieldError;
import dev.quark.core.problem.InvalidException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir
    private Path folder;

    @Test
    void nothingIsRequired() {
        Settings settings = Settings.read(Map.of(), folder);
        assertEquals(8000, settings.port());
        assertEquals(8080, settings.proxyPort());
        assertEquals("0.0.0.0", settings.host());
        assertEquals("sqlite:///./app.db", settings.databaseUrl().reveal());
        assertEquals(folder.resolve("data"), settings.dataDir());
        assertEquals("https://github.com", settings.githubUrl());
        assertEquals("https://api.github.com", settings.githubApiUrl());
        assertNull(settings.githubApp());
        assertEquals(Duration.ofMinutes(5), settings.catchUp());
        assertEquals(Duration.ofDays(90), settings.logRetention());
        assertNull(settings.password());
    }

    @Test
    void anEnterpriseServerHasItsApiUnderItsOwnAddress() {
        Settings settings = Settings.read(Map.of("GITHUB_URL", "https://git.example.com/"), folder);
        assertEquals("https://git.example.com/api/v3", settings.githubApiUrl());
        Settings apart = Settings.read(
                Map.of("GITHUB_URL", "https://git.example.com", "GITHUB_API_URL", "https://api.example.com"), folder);
        assertEquals("https://api.example.com", apart.githubApiUrl());
    }

    @Test
    void anOAuthAppHasAnIdAndASecret() {
        Settings settings =
                Settings.read(Map.of("CLIENT_ID", "Iv1.abc", "CLIENT_SECRET", "swordfish", "PORT", "9000"), folder);
        assertNotNull(settings.githubApp());
        assertEquals("http://localhost:9000/auth/callback", settings.githubApp().redirectUri());
        for (String one : List.of("CLIENT_ID", "CLIENT_SECRET")) {
            InvalidException refused =
                    assertThrows(InvalidException.class, () -> Settings.read(Map.of(one, "swordfish"), folder));
            assertFalse(refused.getMessage().contains("swordfish"), refused.getMessage());
        }
    }

    @Test
    void aCaddyIsOnThisMachineAndHasARouterBehindIt() {
        assertNull(Settings.read(Map.of(), folder).caddy());
        Settings settings = Settings.read(
                Map.of("CADDY_ADMIN_URL", "http://127.0.0.1:2019", "TRUSTED_PROXIES", "10.0.0.0/8"), folder);
        assertNotNull(settings.caddy());
        assertEquals(":443", settings.caddy().listen());
        assertEquals(8080, settings.caddy().routerPort());
        assertEquals(List.of("10.0.0.0/8"), settings.caddy().trustedProxies());
        for (Map<String, String> wrong : List.of(
                Map.of("CADDY_ADMIN_URL", "https://127.0.0.1:2019"),
                Map.of("CADDY_ADMIN_URL", "http://127.0.0.1:2019/config"),
                Map.of("CADDY_ADMIN_URL", "http://127.example.com:2019"),
                Map.of("CADDY_ADMIN_URL", "http://localhost:2019", "PROXY_PORT", "0"))) {
            InvalidException refused = assertThrows(InvalidException.class, () -> Settings.read(wrong, folder));
            assertEquals("CADDY_ADMIN_URL", refused.errors().getFirst().field(), wrong::toString);
        }
    }

    @Test
    void aRouterBehindCaddyIsForCaddyAlone() {
        Map<String, String> open = Map.of("HOST", "0.0.0.0", "TRUSTED_PROXIES", "10.0.0.0/8");
        var alone = RouterLaunch.settings(Settings.read(open, folder));
        assertEquals("0.0.0.0", alone.host());
        assertEquals(List.of("10.0.0.0/8"), alone.trustedProxies());
        Map<String, String> behind = new HashMap<>(open);
        behind.put("CADDY_ADMIN_URL", "http://127.0.0.1:2019");
        var router = RouterLaunch.settings(Settings.read(behind, folder));
        assertEquals("127.0.0.1", router.host());
        assertEquals(List.of("127.0.0.1"), router.trustedProxies());
    }

    @Test
    void aDeploymentsPageIsOnTheDashboardOrOnThisServer() {
        assertNull(Settings.read(Map.of(), folder).deploymentPages());
        Map<String, String> server = Map.of("WEBHOOK_URL", "https://quark.example.com/base/api/webhook");
        assertEquals(
                "https://quark.example.com/base/pages/deployments/{id}",
                Settings.read(server, folder).deploymentPages());
        Map<String, String> dashboard = Map.of(
                "WEBHOOK_URL", "https://quark.example.com/api/github", "FRONTEND_URL", "https://app.example.com");
        assertEquals(
                "https://app.example.com/deployments/{id}",
                Settings.read(dashboard, folder).deploymentPages());
    }

    @Test
    void theEnvironmentCountsBeforeTheFile() throws Exception {
        Files.writeString(folder.resolve(".env"), "PORT=9001\nHOST='127.0.0.1'\nUNKNOWN=x\n");
        Settings settings = Settings.read(Map.of("PORT", "9002"), folder);
        assertEquals(9002, settings.port());
        assertEquals("127.0.0.1", settings.host());
    }

    @Test
    void aSecretCanComeFromAFile() throws Exception {
        Files.writeString(folder.resolve("password"), "swordfish\n");
        Settings settings = Settings.read(Map.of("PASSWORD_FILE", "password"), folder);
        assertNotNull(settings.password());
        assertEquals("swordfish", settings.password().reveal());
    }

    @Test
    void everyFaultIsReportedAtOnceAndNoneShowsASecret() {
        InvalidException refused = assertThrows(
                InvalidException.class,
                () -> Settings.read(
                        Map.ofEntries(
                                Map.entry("PORT", "80000"),
                                Map.entry("PROXY_PORT", "-1"),
                                Map.entry("MAX_CONCURRENT_DEPLOYMENTS", "none"),
                                Map.entry("LOG_RETENTION_DAYS", "0"),
                                Map.entry("REQUEST_LOG_RETENTION_DAYS", "-1"),
                                Map.entry("ANONYMOUS_LOG_STREAM", "maybe"),
                                Map.entry("JWT_SECRET", "tooshort-swordfish"),
                                Map.entry("SECRET_KEY", "swordfish"),
                                Map.entry("WEBHOOK_SECRET", "sword"),
                                Map.entry("PASSWORD", "x"),
                                Map.entry("PASSWORD_FILE", "missing"),
                                Map.entry("GITHUB_URL", "ftp://github.com"),
                                Map.entry("FRONTEND_URL", "https://user:swordfish@example.com"),
                                Map.entry("ALLOWED_CLONE_URLS", "ssh://x,https://u:swordfish@host"),
                                Map.entry("TRUSTED_PROXIES", "everybody,10.0.0.0/33,1.2.3.256"),
                                Map.entry("CADDY_ADMIN_URL", "http://caddy.example.com:2019"),
                                Map.entry("CADDY_LISTEN", "443"),
                                Map.entry("HOST", "not a host"),
                                Map.entry("DATABASE_URL", "mysql://root:swordfish@host/db"),
                                Map.entry("ALLOWED_GITHUB_USERS", "octo cat"),
                                Map.entry("DEFAULT_ROLE", "owner"),
                                Map.entry("NODE_NAME", "-x")),
                        folder));
        assertEquals(
                List.of(
                        "ALLOWED_CLONE_URLS",
                        "ALLOWED_CLONE_URLS",
                        "ALLOWED_GITHUB_USERS",
                        "ANONYMOUS_LOG_STREAM",
                        "CADDY_ADMIN_URL",
                        "CADDY_LISTEN",
                        "DATABASE_URL",
                        "DEFAULT_ROLE",
                        "FRONTEND_URL",
                        "GITHUB_URL",
                        "HOST",
                        "JWT_SECRET",
                        "LOG_RETENTION_DAYS",
                        "MAX_CONCURRENT_DEPLOYMENTS",
                        "NODE_NAME",
                        "PASSWORD",
                        "PORT",
                        "PROXY_PORT",
                        "REQUEST_LOG_RETENTION_DAYS",
                        "SECRET_KEY",
                        "TRUSTED_PROXIES",
                        "TRUSTED_PROXIES",
                        "TRUSTED_PROXIES",
                        "WEBHOOK_SECRET"),
                refused.errors().stream().map(FieldError::field).sorted().toList());
        assertFalse(refused.getMessage().contains("swordfish"), refused.getMessage());
        assertFalse(refused.getMessage().contains("tooshort"), refused.getMessage());
    }

    @Test
    void aFileThatIsMissingOrEmptyIsAFault() throws Exception {
        Files.writeString(folder.resolve("empty"), "\n");
        for (String file : List.of("missing", "empty")) {
            InvalidException refused =
                    assertThrows(InvalidException.class, () -> Settings.read(Map.of("JWT_SECRET_FILE", file), folder));
            assertEquals("JWT_SECRET_FILE", refused.errors().get(0).field());
        }
    }

    @Test
    void aBrokenEnvFileIsNamedWithItsLine() throws Exception {
        Files.writeString(folder.resolve(".env"), "PORT=8000\nthis is no assignment\n");
        InvalidException refused =
                assertThrows(InvalidException.class, () -> Settings.read(Map.of("PORT", "http"), folder));
        assertEquals(
                List.of(".env", "PORT"),
                refused.errors().stream().map(FieldError::field).toList());
        assertTrue(refused.getMessage().contains("line 2"), refused::getMessage);
    }
}
