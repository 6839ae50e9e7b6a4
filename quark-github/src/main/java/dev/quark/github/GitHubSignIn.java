package dev.quark.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.codehost.CodeHostException.Broken;
import dev.quark.core.codehost.CodeHostException.Rejected;
import dev.quark.core.codehost.HostSignIn;
import dev.quark.core.codehost.HostToken;
import dev.quark.core.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** @see <a href="https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps">The web flow</a> */
final class GitHubSignIn implements HostSignIn {

    /**
     * {@code repo}: private repositories, hooks and results; {@code read:org}: membership of the organisations that
     * ALLOWED_GITHUB_USERS may name.
     */
    static final String SCOPES = "repo admin:repo_hook read:org";

    /** What a code or refresh token that is of no use is called. */
    private static final Set<String> OF_NO_USE =
            Set.of("bad_verification_code", "bad_refresh_token", "invalid_grant", "unverified_user_email");

    private final GitHub.Settings settings;
    private final GitHub.App app;
    private final Wire wire;
    private final Failures failures;
    private final Clock clock;

    GitHubSignIn(GitHub.Settings settings, GitHub.App app, Wire wire, Clock clock) {
        this.settings = settings;
        this.app = app;
        this.wire = wire;
        this.failures = new Failures(clock);
        this.clock = clock;
    }

    @Override
    public String authorizeUrl(String state, String challenge) {
        return settings.url() + "/login/oauth/authorize?"
                + form(Map.of(
                        "client_id",
                        app.id(),
                        "redirect_uri",
                        app.redirectUri(),
                        "scope",
                        SCOPES,
                        "state",
                        state,
                        "code_challenge",
                        challenge,
                        "code_challenge_method",
                        "S256"));
    }

    @Override
    public Optional<HostToken> exchange(String code, Secret verifier) {
        return token(Map.of("code", code, "redirect_uri", app.redirectUri(), "code_verifier", verifier.reveal()));
    }

    @Override
    public Optional<HostToken> refresh(Secret refreshToken) {
        return token(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken.reveal()));
    }

    @Override
    public void revoke(Secret token) {
        ObjectNode body = GitHubClient.JSON.createObjectNode().put("access_token", token.reveal());
        String basic = app.id() + ":" + app.secret().reveal();
        String path = "/applications/" + ApiPath.encoded(app.id()) + "/token";
        Wire.Answer answer = wire.send(HttpRequest.newBuilder(URI.create(settings.api() + path))
                .header("Accept", "application/vnd.github+json")
                .header("X-GitHub-Api-Version", "2022-11-28")
                .header("Content-Type", "application/json")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)))
                .method("DELETE", BodyPublishers.ofString(body.toString())));
        boolean unknown = answer.status() == 404 || answer.status() == 422;
        if (answer.status() / 100 != 2 && !unknown) {
            throw new CodeHostException(failures.of(answer, path));
        }
    }

    private Optional<HostToken> token(Map<String, String> parameters) {
        Map<String, String> all = new TreeMap<>(parameters);
        all.put("client_id", app.id());
        all.put("client_secret", app.secret().reveal());
        Wire.Answer answer = wire.send(HttpRequest.newBuilder(URI.create(settings.url() + "/login/oauth/access_token"))
                .header("Accept", "application/json")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form(all))));
        if (answer.status() >= 500 || answer.status() == 429 || answer.status() == 404) {
            throw new CodeHostException(failures.of(answer, "/login/oauth/access_token"));
        }
        return token(json(answer));
    }

    /** GitHub says what is wrong in the document, with status 200. */
    private Optional<HostToken> token(JsonNode said) {
        String error = said.path("error").asText("");
        if (OF_NO_USE.contains(error)) {
            return Optional.empty();
        }
        if (!error.isEmpty()) {
            throw new CodeHostException(new Rejected(
                    400,
                    said.path("error_description").asText(error) + " (" + error
                            + "): check CLIENT_ID, CLIENT_SECRET and REDIRECT_URI"));
        }
        String access = said.path("access_token").asText("");
        if (access.isEmpty()) {
            throw new CodeHostException(new Broken("it gave no token"));
        }
        String refresh = said.path("refresh_token").asText("");
        return Optional.of(new HostToken(
                Secret.of(access),
                Failures.names(said.path("scope").asText("")),
                refresh.isEmpty() ? null : Secret.of(refresh),
                expiry(said.path("expires_in"))));
    }

    private @Nullable Instant expiry(JsonNode seconds) {
        long from = seconds.asLong(0);
        return from <= 0 ? null : clock.instant().plusSeconds(Math.min(from, 10L * 365 * 86_400));
    }

    private static JsonNode json(Wire.Answer answer) {
        try {
            return GitHubClient.JSON.readTree(answer.content());
        } catch (IOException e) {
            // Jackson's words would repeat the answer, and with it the token.
            throw new CodeHostException(new Broken("its answer breaks off, or is no JSON"));
        }
    }

    private static String form(Map<String, String> parameters) {
        return new TreeMap<>(parameters)
                .entrySet().stream()
                        .map(p -> p.getKey() + "=" + ApiPath.encoded(p.getValue()))
                        .collect(Collectors.joining("&"));
    }
}
