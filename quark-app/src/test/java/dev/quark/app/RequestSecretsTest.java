package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever secret is sent to the API, wherever in a request, none is in the database in clear. */
@Timeout(300)
class RequestSecretsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "correct-horse-battery";
    private static final String WEBHOOK_SECRET = "a webhook secret for this test";

    /** What somebody may send in a wrong place. */
    private static final List<String> STRAY = List.of(
            "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
            "qk_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJub2JvZHkifQ.c2lnbmF0dXJl",
            "AKIAIOSFODNN7EXAMPLE",
            "tr0ub4dor & 3, my password",
            "staple-battery-horse!");

    private static final List<String> HEADERS = List.of(
            "Accept",
            "Accept-Encoding",
            "Accept-Language",
            "Authorization",
            "Content-Type",
            "Cookie",
            "If-None-Match",
            "Last-Event-ID",
            "Origin",
            "Proxy-Authorization",
            "Referer",
            "X-Api-Key",
            "X-CSRF-Token",
            "X-Forwarded-For",
            "X-Forwarded-Proto",
            "X-GitHub-Delivery",
            "X-GitHub-Event",
            "X-Hub-Signature-256");

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> secrets = new ArrayList<>(STRAY);
    private String url = "";
    private String token = "";

    @Test
    void noSecretOfARequestIsStoredOrShown() throws Exception {
        secrets.addAll(List.of(PASSWORD, WEBHOOK_SECRET));
        Settings settings = Settings.read(
                Map.of(
                        "DATABASE_URL",
                        "sqlite:///" + folder.resolve("app.db"),
                        "HOST",
                        "127.0.0.1",
                        "PORT",
                        "0",
                        "PROXY_PORT",
                        "0",
                        "PASSWORD",
                        PASSWORD,
                        "WEBHOOK_SECRET",
                        WEBHOOK_SECRET),
                folder);
        String shown;
        try (Application quark = Application.start(settings)) {
            url = "http://127.0.0.1:" + quark.port();
            signIn();
            useSecretsWhereTheyBelong();
            sendThemWhereTheyDoNot();
            shown = everythingLogged();
        }
        String database = database();
        assertTrue(database.contains("octo-org/secrets"), "the search finds what is there");
        assertTrue(database.contains("/deploy/configs/{id}/env/{name}"), "requests are logged");
        assertTrue(shown.contains("\"environment_variables\":\"***\""), "what is masked is shown to be there");
        for (String secret : secrets) {
            assertTrue(secret.length() > 10, secret);
            assertTrue(!database.contains(secret), () -> "in the database: " + around(database, secret));
            assertTrue(!shown.contains(secret), () -> "in the log: " + around(shown, secret));
        }
    }

    private void signIn() throws Exception {
        JsonNode answer = JSON.readTree(
                send("POST", "/auth/login", JSON.writeValueAsString(Map.of("username", "admin", "password", PASSWORD)))
                        .body());
        token = answer.get("access_token").asText();
        secrets.add(token);
    }

    private void useSecretsWhereTheyBelong() throws Exception {
        secrets.addAll(List.of("value-of-the-first", "value-of-the-second", "value-of-the-third", "swordfish-of-hers"));
        JsonNode config = ok("POST", "/deploy/configs", """
                {"repo_id": 1, "repo_full_name": "octo-org/secrets",
                 "environment_variables": {"API_KEY": "value-of-the-first"}}""");
        String id = config.get("id").asText();
        ok("PUT", "/deploy/configs/" + id + "/env/OTHER", "{\"value\": \"value-of-the-second\"}");
        assertTrue(ok("GET", "/deploy/configs/" + id + "?reveal=true", "")
                .toString()
                .contains("value-of-the-second"));
        assertTrue(ok("GET", "/deploy/configs/" + id + "/env/OTHER?reveal=true", "")
                .toString()
                .contains("value-of-the-second"));
        ok("PATCH", "/deploy/configs/" + id, "{\"environment_variables\": {\"API_KEY\": \"value-of-the-first\"}}");
        assertEquals(
                200,
                send(
                                "PUT",
                                "/deploy/configs/" + id + "/env",
                                "API_KEY=value-of-the-third",
                                "Content-Type",
                                "text/plain")
                        .statusCode());
        ok("POST", "/users", "{\"username\": \"mona\", \"password\": \"swordfish-of-hers\", \"role\": \"viewer\"}");
        String apiToken = ok("POST", "/auth/tokens", "{\"name\": \"ci\", \"scope\": \"admin\"}")
                .get("token")
                .asText();
        secrets.add(apiToken);
        assertEquals(
                200,
                send("GET", "/auth/me?token=" + apiToken, "", "Authorization", "Bearer " + apiToken)
                        .statusCode());
        HttpResponse<String> cookie = send(
                "POST",
                "/auth/login",
                "{\"username\": \"mona\", \"password\": \"swordfish-of-hers\", \"cookie\": true}");
        assertEquals(200, cookie.statusCode(), cookie.body());
        secrets.add(JSON.readTree(cookie.body()).get("csrf_token").asText());
        secrets.add(cookie.headers().firstValue("Set-Cookie").orElseThrow().replaceAll("^[^=]*=|;.*$", ""));
    }

    private void sendThemWhereTheyDoNot() throws Exception {
        JsonNode document = JSON.readTree(send("GET", "/openapi.json", "").body());
        for (String secret : STRAY) {
            for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
                for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                    send(
                            secret,
                            path.getKey(),
                            operation.getKey().toUpperCase(java.util.Locale.ROOT),
                            operation.getValue(),
                            document);
                }
            }
            send("GET", "/" + encoded(secret) + "?" + encoded(secret) + "=" + encoded(secret), "");
            for (String name : List.of("branch", "name", "path", "repo_full_name")) {
                send("GET", "/deployments?" + name + "=" + encoded(secret), "");
                send("GET", "/logs?" + name + "=" + encoded(secret), "");
            }
            send("GET", "/deployments?code=" + encoded(secret) + "&state=" + encoded(secret), "");
            for (String header : HEADERS) {
                send("GET", "/deployments", "", header, secret);
                send("POST", "/api/webhook", "{\"secret\": \"" + secret + "\"}", header, secret);
            }
            send("GET", "/deployments", "", "Authorization", "Bearer " + secret);
        }
        for (String secret : STRAY.subList(0, 4)) {
            send("GET", "/deployments", "", "User-Agent", "curl/8 " + secret);
        }
    }

    private void send(String secret, String template, String method, JsonNode operation, JsonNode document)
            throws Exception {
        if (template.startsWith("/auth/logout") || template.equals("/openapi.json")) {
            return;
        }
        StringBuilder query = new StringBuilder("?token=" + encoded(secret));
        operation.path("parameters").forEach(parameter -> {
            if (parameter.path("in").asText().equals("query")) {
                query.append('&')
                        .append(parameter.get("name").asText())
                        .append('=')
                        .append(encoded(secret));
            }
        });
        String path = template.replaceAll("\\{[^}]*}", java.util.regex.Matcher.quoteReplacement(encoded(secret)));
        send(method, path + query, "");
        send(method, path, "");
        JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
        if (schema.has("$ref")) {
            schema = document.at(schema.get("$ref").asText().substring(1));
        }
        ObjectNode body = JSON.createObjectNode().put(secret, secret);
        schema.path("properties").fieldNames().forEachRemaining(name -> body.put(name, secret));
        send(method, path, body.toString());
        send(method, path, body.toString(), "Authorization", "none");
        schema.path("properties")
                .fieldNames()
                .forEachRemaining(name -> body.putObject(name).put("name", secret));
        send(method, path, body.toString());
        send(method, path, "X=" + secret, "Content-Type", "text/plain");
    }

    private String everythingLogged() throws Exception {
        StringBuilder all = new StringBuilder();
        String before = "";
        while (true) {
            JsonNode page = ok("GET", "/logs?limit=500" + before, "");
            if (page.isEmpty()) {
                return all.toString();
            }
            all.append(page);
            before = "&before=" + page.get(page.size() - 1).get("id").asText();
        }
    }

    private JsonNode ok(String method, String path, String body) throws Exception {
        HttpResponse<String> answer = send(method, path, body);
        assertEquals(2, answer.statusCode() / 100, () -> path + " " + answer.body());
        return JSON.readTree(answer.body());
    }

    private HttpResponse<String> send(String method, String path, String body, String... header)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        request.header("Content-Type", "application/json");
        if (header.length > 0) {
            request.setHeader(header[0], header[1]);
        }
        return send(request.build(), 5);
    }

    /** A kept connection may have been closed in the moment in which it is used. */
    private HttpResponse<String> send(HttpRequest request, int tries) throws IOException, InterruptedException {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            if (tries == 1) {
                throw e;
            }
            return send(request, tries - 1);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private String database() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith("app.db"))
                    .toList()) {
                all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    private static String around(String text, String secret) {
        int at = text.indexOf(secret);
        return text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 200));
    }
}
