package dev.quark.github;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quark.core.codehost.HostToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** The stand-in's web flow, whose people grant whatever is asked for. */
final class StandInSignIn {

    private final StandInModel model;

    StandInSignIn(StandInModel model) {
        this.model = model;
    }

    void answer(StandInRequest request) throws IOException {
        switch (request.method() + " " + request.path()) {
            case "GET /login/oauth/authorize" -> authorize(request, request.query());
            case "POST /login/oauth/access_token" -> token(request, request.form());
            default -> request.problem(404, "Not Found");
        }
    }

    private void authorize(StandInRequest request, Map<String, String> query) throws IOException {
        String login = model.browser;
        if (login == null
                || !GitHubStandIn.CLIENT_ID.equals(query.get("client_id"))
                || !"S256".equals(query.get("code_challenge_method"))) {
            request.problem(404, "Not Found");
            return;
        }
        String code = "code" + model.numbers.incrementAndGet();
        String back = query.getOrDefault("redirect_uri", "");
        model.codes.put(
                code,
                new StandInModel.Code(
                        login, query.getOrDefault("scope", ""), query.getOrDefault("code_challenge", ""), back));
        request.header("Location", back + "?code=" + code + "&state=" + query.get("state"))
                .send(302, null);
    }

    private void token(StandInRequest request, Map<String, String> form) throws IOException {
        if (!GitHubStandIn.CLIENT_ID.equals(form.get("client_id"))
                || !GitHubStandIn.CLIENT_SECRET.reveal().equals(form.get("client_secret"))) {
            refuse(request, "incorrect_client_credentials");
        } else if ("refresh_token".equals(form.get("grant_type"))) {
            refresh(request, form);
        } else {
            exchange(request, form);
        }
    }

    private void exchange(StandInRequest request, Map<String, String> form) throws IOException {
        StandInModel.Code code = model.codes.remove(form.getOrDefault("code", ""));
        if (code == null
                || !code.challenge().equals(challenge(form.getOrDefault("code_verifier", "")))
                || !code.redirectUri().equals(form.get("redirect_uri"))) {
            refuse(request, "bad_verification_code");
            return;
        }
        Set<String> scopes = Set.of(code.scope().split(" ", -1));
        give(request, model.issue(code.login(), model.expiring ? Set.of() : scopes, model.expiring));
    }

    private void refresh(StandInRequest request, Map<String, String> form) throws IOException {
        StandInModel.Token token = model.refreshTokens.remove(form.getOrDefault("refresh_token", ""));
        if (token == null) {
            refuse(request, "bad_refresh_token");
        } else {
            give(request, model.issue(token.login(), token.scopes(), true));
        }
    }

    /** As GitHub does: with status 200. */
    private static void refuse(StandInRequest request, String error) throws IOException {
        request.send(
                200,
                GitHubExamples.JSON
                        .createObjectNode()
                        .put("error", error)
                        .put("error_description", "The stand-in refuses this."));
    }

    private static void give(StandInRequest request, HostToken token) throws IOException {
        ObjectNode answer = GitHubExamples.JSON
                .createObjectNode()
                .put("access_token", token.access().reveal())
                .put("token_type", "bearer")
                .put("scope", String.join(",", token.scopes()));
        if (token.refresh() != null) {
            answer.put("refresh_token", token.refresh().reveal())
                    .put("expires_in", 28_800)
                    .put("refresh_token_expires_in", 15_897_600);
        }
        request.send(200, answer);
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
