package dev.quark.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request to the stand-in, and its answer. */
final class StandInRequest {

    private final HttpExchange exchange;
    private final StandInModel model;
    private byte @Nullable [] body;

    StandInRequest(HttpExchange exchange, StandInModel model) {
        this.exchange = exchange;
        this.model = model;
    }

    String method() {
        return exchange.getRequestMethod();
    }

    /** The path as it came, encoded. */
    String path() {
        return exchange.getRequestURI().getRawPath();
    }

    String header(String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    StandInRequest header(String name, String value) {
        exchange.getResponseHeaders().set(name, value);
        return this;
    }

    Map<String, String> query() {
        return parameters(exchange.getRequestURI().getRawQuery());
    }

    Map<String, String> form() throws IOException {
        return parameters(new String(body(), StandardCharsets.UTF_8));
    }

    JsonNode json() throws IOException {
        return GitHubExamples.JSON.readTree(body());
    }

    /** Who asks; null for a stranger, or where the token is not known. */
    StandInModel.@Nullable Token token() {
        String authorization = header("Authorization");
        return authorization.startsWith("Bearer ") ? model.tokens.get(authorization.substring(7)) : null;
    }

    void cut() {
        exchange.close();
    }

    void problem(int status, String message) throws IOException {
        send(status, GitHubExamples.JSON.createObjectNode().put("message", message));
    }

    /** Answers with a document, or with 304 where the client has it already: that costs no quota. */
    void send(int status, @Nullable JsonNode document) throws IOException {
        byte[] bytes = document == null ? new byte[0] : GitHubExamples.JSON.writeValueAsBytes(document);
        if (model.truncated && bytes.length > 1) {
            bytes = java.util.Arrays.copyOf(bytes, bytes.length / 2);
        }
        String etag = "W/\"" + hash(bytes) + "\"";
        boolean known = method().equals("GET")
                && status == 200
                && header("If-None-Match").equals(etag);
        int answered = known ? 304 : status;
        if (path().startsWith("/api/v3/") && !known) {
            model.quotaUsed.incrementAndGet();
        }
        model.requests.add(method() + " " + exchange.getRequestURI() + " " + answered);
        header("ETag", etag).header("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(answered, known || bytes.length == 0 ? -1 : bytes.length);
        if (!known && bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private byte[] body() throws IOException {
        if (body == null) {
            body = exchange.getRequestBody().readAllBytes();
        }
        return body;
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> parameters(@Nullable String text) {
        Map<String, String> parameters = new TreeMap<>();
        if (text != null && !text.isEmpty()) {
            for (String pair : text.split("&", -1)) {
                String[] parts = pair.split("=", 2);
                parameters.put(decoded(parts[0]), parts.length < 2 ? "" : decoded(parts[1]));
            }
        }
        return parameters;
    }

    static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
