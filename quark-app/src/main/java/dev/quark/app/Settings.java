package dev.quark.app;

import dev.quark.core.environment.EnvFile;
import dev.quark.core.identity.AllowedGitHubUsers;
import dev.quark.core.identity.Role;
import dev.quark.core.problem.FieldError;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.secret.Secret;
import dev.quark.github.GitHub;
import dev.quark.persistence.Persistence;
import dev.quark.runner.caddy.CaddySettings;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What QUARK is told by its environment, by the {@code .env} file in its working directory, or by nobody: then the default
 * holds. {@code docs/configuration.md} describes each.
 *
 * @param databaseUrl {@code DATABASE_URL}, with its password
 * @param password {@code PASSWORD}; null where none is set
 * @param webhookSecret {@code WEBHOOK_SECRET}; null where one is to be made
 * @param jwtSecret {@code JWT_SECRET}; null where one is to be made
 * @param secretKey {@code SECRET_KEY}; null where one is to be made
 * @param host {@code HOST}
 * @param port {@code PORT}; 0 for any free one
 * @param proxyPort {@code PROXY_PORT}; 0 for no router
 * @param dataDir {@code DATA_DIR}
 * @param frontendUrl {@code FRONTEND_URL}; null where no other origin may call
 * @param webhookUrl {@code WEBHOOK_URL}; null where the server's own address stands for it
 * @param githubUrl {@code GITHUB_URL}
 * @param githubApiUrl {@code GITHUB_API_URL}
 * @param githubApp {@code CLIENT_ID}, {@code CLIENT_SECRET} and {@code REDIRECT_URI}; null where no app is set
 * @param allowedCloneUrls {@code ALLOWED_CLONE_URLS}
 * @param allowedGitHubUsers {@code ALLOWED_GITHUB_USERS}
 * @param defaultRole {@code DEFAULT_ROLE}
 * @param catchUp {@code CATCH_UP_SECONDS}; zero where QUARK is not to look for missed pushes
 * @param maxConcurrentDeployments {@code MAX_CONCURRENT_DEPLOYMENTS}
 * @param logRetention {@code LOG_RETENTION_DAYS}
 * @param requestLogRetention {@code REQUEST_LOG_RETENTION_DAYS}; zero where requests are not logged
 * @param anonymousLogStream {@code ANONYMOUS_LOG_STREAM}
 * @param trustedProxies {@code TRUSTED_PROXIES}
 * @param caddy {@code CADDY_ADMIN_URL} and {@code CADDY_LISTEN}; null where no Caddy stands before the router
 * @param nodeName {@code NODE_NAME}; null where one is to be made
 */
record Settings(
        Secret databaseUrl,
        @Nullable Secret password,
        @Nullable Secret webhookSecret,
        @Nullable Secret jwtSecret,
        @Nullable Secret secretKey,
        String host,
        int port,
        int proxyPort,
        Path dataDir,
        @Nullable String frontendUrl,
        @Nullable String webhookUrl,
        String githubUrl,
        String githubApiUrl,
        GitHub.@Nullable App githubApp,
        List<String> allowedCloneUrls,
        AllowedGitHubUsers allowedGitHubUsers,
        Role defaultRole,
        Duration catchUp,
        int maxConcurrentDeployments,
        Duration logRetention,
        Duration requestLogRetention,
        boolean anonymousLogStream,
        List<String> trustedProxies,
        @Nullable CaddySettings caddy,
        @Nullable String nodeName) {

    private static final String GITHUB = "https://github.com";
    private static final Pattern CADDY_ADMIN =
            Pattern.compile("http://(localhost|127(\\.\\d{1,3}){3}|\\[::1]):\\d{1,5}/?");
    private static final Pattern CADDY_LISTEN =
            Pattern.compile("([A-Za-z0-9][A-Za-z0-9.-]*|\\[[0-9A-Fa-f:.]+])?:\\d{1,5}");
    private static final Pattern WEBHOOK = Pattern.compile("/api/(webhook|github)/?$");

    /**
     * Reads the settings.
     *
     * @param environment the process environment
     * @param directory the working directory, which may hold a {@code .env} file
     * @throws InvalidException with every fault, none of which shows a secret
     */
    static Settings read(Map<String, String> environment, Path directory) {
        List<FieldError> broken = new ArrayList<>();
        Map<String, String> file = envFile(directory.resolve(".env"), broken);
        SettingsReader reader = new SettingsReader(List.of(environment, file), directory);
        broken.forEach(fault -> reader.fault(fault.field(), fault.message()));
        return read(reader);
    }

    private static Settings read(SettingsReader reader) {
        int port = reader.integer("PORT", 8000, 0, 65_535);
        int proxyPort = reader.integer("PROXY_PORT", 8080, 0, 65_535);
        String github = githubUrl(reader);
        List<String> trustedProxies = trustedProxies(reader);
        Settings settings = new Settings(
                databaseUrl(reader),
                reader.secret("PASSWORD"),
                reader.secret("WEBHOOK_SECRET"),
                reader.secret("JWT_SECRET"),
                reader.secret("SECRET_KEY"),
                host(reader),
                port,
                proxyPort,
                reader.path("DATA_DIR", "data"),
                webUrl(reader, "FRONTEND_URL", null),
                webUrl(reader, "WEBHOOK_URL", null),
                github,
                githubApiUrl(reader, github),
                githubApp(reader, port),
                allowedCloneUrls(reader),
                allowedGitHubUsers(reader),
                defaultRole(reader),
                Duration.ofSeconds(reader.integer("CATCH_UP_SECONDS", 300, 0, 86_400)),
                reader.integer(
                        "MAX_CONCURRENT_DEPLOYMENTS", Runtime.getRuntime().availableProcessors(), 1, 1000),
                Duration.ofDays(reader.integer("LOG_RETENTION_DAYS", 90, 1, 36_500)),
                Duration.ofDays(reader.integer("REQUEST_LOG_RETENTION_DAYS", 14, 0, 36_500)),
                anonymousLogStream(reader),
                trustedProxies,
                caddy(reader, proxyPort, trustedProxies),
                nodeName(reader));
        settings.checkSecrets(reader);
        reader.throwIfAny();
        return settings;
    }

    private void checkSecrets(SettingsReader reader) {
        if (webhookSecret != null && webhookSecret.reveal().length() < 8) {
            reader.fault("WEBHOOK_SECRET", "must have 8 characters at least: anybody could guess a shorter one");
        }
        if (jwtSecret != null
                && jwtSecret.reveal().getBytes(StandardCharsets.UTF_8).length < JwtAccessTokens.SECRET_BYTES) {
            reader.fault("JWT_SECRET", "must have 32 bytes at least");
        }
        if (secretKey != null && !isKey(secretKey)) {
            reader.fault("SECRET_KEY", "must be 32 bytes in base64, such as openssl rand -base64 32 prints");
        }
    }

    /** The master key's bytes. */
    static byte[] key(Secret base64) {
        return Base64.getDecoder().decode(base64.reveal().strip());
    }

    private static boolean isKey(Secret base64) {
        try {
            return key(base64).length == AesGcmSecretBox.KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Secret databaseUrl(SettingsReader reader) {
        Secret url = reader.secret("DATABASE_URL");
        if (url == null) {
            return Secret.of("sqlite:///./app.db");
        }
        reader.check("DATABASE_URL", () -> Persistence.Settings.parse(url.reveal()));
        return url;
    }

    private static String host(SettingsReader reader) {
        String host = reader.text("HOST", "0.0.0.0").strip();
        if (!host.matches("[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+(%[A-Za-z0-9]+)?")) {
            reader.fault("HOST", "must be an address or the name of a host, such as 127.0.0.1 or ::");
        }
        return host;
    }

    private static String githubUrl(SettingsReader reader) {
        String url = webUrl(reader, "GITHUB_URL", GITHUB);
        return url == null ? GITHUB : url;
    }

    /** Of an Enterprise Server: under its own address. */
    private static String githubApiUrl(SettingsReader reader, String github) {
        String otherwise = github.equals(GITHUB) ? "https://api.github.com" : github + "/api/v3";
        String url = webUrl(reader, "GITHUB_API_URL", otherwise);
        return url == null ? otherwise : url;
    }

    private static GitHub.@Nullable App githubApp(SettingsReader reader, int port) {
        String id = reader.text("CLIENT_ID", "");
        Secret secret = reader.secret("CLIENT_SECRET");
        String redirect = webUrl(reader, "REDIRECT_URI", "http://localhost:" + port + "/auth/callback");
        if (id.isEmpty() != (secret == null)) {
            reader.fault(
                    id.isEmpty() ? "CLIENT_ID" : "CLIENT_SECRET",
                    "is missing: an OAuth app has an id and a secret; leave both out to turn sign-in with GitHub off");
        }
        return id.isEmpty() || secret == null || redirect == null ? null : new GitHub.App(id, secret, redirect);
    }

    /**
     * What comes before a deployment's id in the address of its page: on the dashboard of one's own, else on this server
     * where its public address is known; null where it isn't.
     */
    @Nullable
    String deploymentPages() {
        String server = webhookUrl == null ? null : WEBHOOK.matcher(webhookUrl).replaceFirst("");
        if (frontendUrl != null) {
            return frontendUrl + "/deployments/{id}";
        }
        return server == null ? null : server + "/pages/deployments/{id}";
    }

    private static @Nullable String webUrl(SettingsReader reader, String name, @Nullable String otherwise) {
        String text = reader.text(name, "");
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            URI uri = URI.create(text.strip());
            boolean web = List.of("http", "https")
                    .contains(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT));
            if (web && uri.getHost() != null && uri.getRawUserInfo() == null) {
                return text.strip().replaceAll("/+$", "");
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        reader.fault(name, "must be an http:// or https:// URL without user and password");
        return otherwise;
    }

    private static AllowedGitHubUsers allowedGitHubUsers(SettingsReader reader) {
        try {
            return AllowedGitHubUsers.parse(reader.list("ALLOWED_GITHUB_USERS"));
        } catch (InvalidException e) {
            e.errors().forEach(fault -> reader.fault(fault.field(), fault.message()));
            return AllowedGitHubUsers.NOBODY;
        }
    }

    private static Role defaultRole(SettingsReader reader) {
        String name = reader.text("DEFAULT_ROLE", Role.DEPLOYER.label());
        for (Role role : Role.values()) {
            if (role.label().equalsIgnoreCase(name)) {
                return role;
            }
        }
        reader.fault("DEFAULT_ROLE", "must be viewer, deployer or admin");
        return Role.VIEWER;
    }

    private static boolean anonymousLogStream(SettingsReader reader) {
        String name = reader.text("ANONYMOUS_LOG_STREAM", "on").strip().toLowerCase(Locale.ROOT);
        if (!name.equals("on") && !name.equals("off")) {
            reader.fault("ANONYMOUS_LOG_STREAM", "must be on or off");
        }
        return name.equals("on");
    }

    private static List<String> allowedCloneUrls(SettingsReader reader) {
        List<String> prefixes = reader.list("ALLOWED_CLONE_URLS");
        for (String prefix : prefixes) {
            if (!prefix.matches("(?i)https?://[^/@]+(/[^@]*)?|file:///[^/].*") || prefix.contains("..")) {
                reader.fault(
                        "ALLOWED_CLONE_URLS",
                        "must be URL prefixes such as https://git.example.com/team or file:///srv/git, separated by"
                                + " commas; not " + prefix.replaceAll("//[^/@]*@", "//***@"));
            }
        }
        return prefixes;
    }

    private static List<String> trustedProxies(SettingsReader reader) {
        List<String> proxies = reader.list("TRUSTED_PROXIES");
        for (String proxy : proxies) {
            if (!dev.quark.http.Settings.isNetwork(proxy)) {
                reader.fault(
                        "TRUSTED_PROXIES",
                        "must be addresses or CIDRs such as 10.0.0.0/8, separated by commas; not " + proxy);
            }
        }
        return proxies;
    }

    private static @Nullable CaddySettings caddy(SettingsReader reader, int proxyPort, List<String> trustedProxies) {
        String url = reader.text("CADDY_ADMIN_URL", "").strip();
        String listen = reader.text("CADDY_LISTEN", ":443").strip();
        if (!CADDY_LISTEN.matcher(listen).matches()) {
            reader.fault("CADDY_LISTEN", "must be a port with or without an address, such as :443 or 192.0.2.1:443");
        }
        if (url.isEmpty()) {
            return null;
        }
        if (!CADDY_ADMIN.matcher(url).matches()) {
            reader.fault(
                    "CADDY_ADMIN_URL",
                    "must be http://, a loopback address and a port, such as http://127.0.0.1:2019: whoever reaches the"
                            + " admin API rules over Caddy, and the apps are on this machine");
            return null;
        }
        if (proxyPort == 0) {
            reader.fault("CADDY_ADMIN_URL", "needs the router that Caddy passes requests to: PROXY_PORT must not be 0");
        }
        return new CaddySettings(URI.create(url), listen, proxyPort, trustedProxies);
    }

    private static @Nullable String nodeName(SettingsReader reader) {
        String name = reader.text("NODE_NAME", "");
        if (!name.isEmpty() && !name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
            reader.fault("NODE_NAME", "must be 1 to 100 letters, digits, dots, underscores and hyphens");
        }
        return name.isEmpty() ? null : name;
    }

    private static Map<String, String> envFile(Path file, List<FieldError> broken) {
        if (!Files.isRegularFile(file)) {
            return Map.of();
        }
        Map<String, String> variables = new HashMap<>();
        try {
            EnvFile.parse(Files.readString(file)).forEach((name, value) -> variables.put(name.value(), value.reveal()));
        } catch (IOException e) {
            broken.add(new FieldError(".env", "can't be read: " + file));
        } catch (InvalidException e) {
            e.errors().forEach(fault -> broken.add(new FieldError(".env", fault.field() + ": " + fault.message())));
        }
        return variables;
    }
}
