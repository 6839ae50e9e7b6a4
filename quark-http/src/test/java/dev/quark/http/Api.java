package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quark.core.identity.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client that believes no answer that the API document doesn't describe. */
final class Api {

    static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private static final JsonNode DOCUMENT = parse(new String(new ApiDocument().document(), StandardCharsets.UTF_8));

    private final int port;
    private final @Nullable String token;
    private final List<String> headers;

    private Api(int port, @Nullable String token, List<String> headers) {
        this.port = port;
        this.token = token;
        this.headers = headers;
    }

    static Api of(World world, @Nullable Role role) {
        return new Api(world.server.port(), role == null ? null : World.token(role), List.of());
    }

    Api withToken(String other) {
        return new Api(port, other, headers);
    }

    Api with(String... more) {
        List<String> all = new ArrayList<>(headers);
        all.addAll(List.of(more));
        return new Api(port, token, all);
    }

    Reply get(String path) {
        return send("GET", path);
    }

    Reply delete(String path) {
        return send("DELETE", path);
    }

    Reply post(String path) {
        return send("POST", path, "");
    }

    /** With a body that may be written with single quotes. */
    Reply post(String path, String json) {
        return with("Content-Type", "application/json").send("POST", path, json.replace('\'', '"'));
    }

    Reply put(String path, String json) {
        return with("Content-Type", "application/json").send("PUT", path, json.replace('\'', '"'));
    }

    Reply patch(String path, String json) {
        return with("Content-Type", "application/json").send("PATCH", path, json.replace('\'', '"'));
    }

    Reply send(String method, String path) {
        return send(method, path, BodyPublishers.noBody());
    }

    Reply send(String method, String path, String body) {
        return send(method, path, BodyPublishers.ofString(body));
    }

    Reply send(String method, String path, BodyPublisher body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body);
        for (int i = 0; i < headers.size(); i += 2) {
            request.header(headers.get(i), headers.get(i + 1));
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            Reply reply = new Reply(CLIENT.send(request.build(), BodyHandlers.ofString()));
            check(method, path, reply);
            return reply;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void check(String method, String path, Reply reply) {
        assertTrue(Double.parseDouble(reply.header("X-Process-Time")) >= 0, () -> "X-Process-Time of " + method + path);
        assertEquals("nosniff", reply.header("X-Content-Type-Options"));
        assertEquals("no-referrer", reply.header("Referrer-Policy"));
        assertTrue(reply.header("Content-Security-Policy").contains("frame-ancestors 'none'"));
        JsonNode operation = operation(method, path.replaceFirst("\\?.*", ""));
        if (operation == null) {
            assertTrue(reply.status() == 404 || reply.status() == 405, () -> method + " " + path + ": " + reply);
            return;
        }
        JsonNode documented = operation.get("responses").get(Integer.toString(reply.status()));
        assertNotNull(
                documented, () -> method + " " + path + " answers " + reply.status() + ", undocumented: " + reply);
        if (documented.has("$ref")) {
            documented = DOCUMENT.at(documented.get("$ref").asText().substring(1));
        }
        if (!method.equals("HEAD") && documented.has("content")) {
            String type = reply.header("Content-Type").replaceFirst(";.*", "");
            JsonNode content = documented.get("content").get(type);
            assertNotNull(content, () -> method + " " + path + " answers with the undocumented type " + type);
            if (type.endsWith("json")) {
                Schema.check(DOCUMENT, content.get("schema"), reply.json(), "");
            }
        }
    }

    private static @Nullable JsonNode operation(String method, String path) {
        String key = method.equals("HEAD") ? "get" : method.toLowerCase(java.util.Locale.ROOT);
        JsonNode best = null;
        int fixed = -1;
        for (Map.Entry<String, JsonNode> item : DOCUMENT.get("paths").properties()) {
            int letters = item.getKey().replaceAll("\\{[^}]*}", "").length();
            // An id is one of QUARK's or GitHub's, so that it can't be an owner of repositories.
            String pattern = item.getKey().replace("{id}", "[0-9a-f-]+").replaceAll("\\{[^}]*}", "[^/]+");
            if (path.matches(pattern) && item.getValue().has(key) && letters > fixed) {
                best = item.getValue().get(key);
                fixed = letters;
            }
        }
        return best;
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An answer. */
    record Reply(HttpResponse<String> response) {

        int status() {
            return response.statusCode();
        }

        String body() {
            return response.body();
        }

        JsonNode json() {
            return parse(body());
        }

        List<String> headers(String name) {
            return response.headers().allValues(name);
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** Asserts the status. */
        Reply is(int status) {
            assertEquals(status, status(), this::toString);
            return this;
        }

        /** The names of the fields that a 422 finds fault with. */
        List<String> faults() {
            is(422);
            List<String> fields = new ArrayList<>();
            json().get("errors").forEach(error -> fields.add(error.get("field").asText()));
            return fields;
        }

        /** The sentence of a problem. */
        String detail() {
            JsonNode problem = json();
            assertEquals("application/problem+json", header("Content-Type"));
            assertEquals(status(), problem.get("status").asInt());
            assertEquals(response.uri().getPath(), problem.get("instance").asText());
            return problem.get("detail").asText();
        }

        @Override
        public String toString() {
            return status() + " " + response.headers().map() + " " + body();
        }
    }
}
