package dev.quark.runner.caddy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.quark.core.problem.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Caddy's admin API, as far as QUARK needs it. Each change makes Caddy load its whole configuration anew. Every method throws
 * {@link UnavailableException} where Caddy doesn't answer or refuses.
 */
final class CaddyAdmin {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Caddy ends a connection that it keeps alive as soon as there may be another configuration. */
    private static final int LONGEST_WATCH_MS = 120_000;

    private final URI url;

    CaddyAdmin(URI url) {
        this.url = url;
    }

    /** The whole configuration; missing where Caddy has none. */
    JsonNode config() {
        try {
            JsonNode config = JSON.readTree(send("GET", List.of(), null));
            return config.isObject() ? config : MissingNode.getInstance();
        } catch (JsonProcessingException e) {
            throw new UnavailableException(
                    "What answers at " + url + " is no admin API of Caddy's: see CADDY_ADMIN_URL.", e);
        }
    }

    /** Puts a member below objects that may not be there yet: Caddy itself would refuse. */
    void put(JsonNode config, List<String> path, JsonNode value) {
        int known = 0;
        JsonNode node = config;
        while (known < path.size() - 1 && node.path(path.get(known)).isObject()) {
            node = node.get(path.get(known++));
        }
        JsonNode whole = value;
        int root = config.isObject() ? known : -1;
        for (int i = path.size() - 1; i > root; i--) {
            whole = JsonNodeFactory.instance.objectNode().set(path.get(i), whole);
        }
        send("POST", path.subList(0, root + 1), whole);
    }

    /** Puts an element into a list, before the one that is at this place. */
    void insert(List<String> list, int index, JsonNode value) {
        send("PUT", append(list, String.valueOf(index)), value);
    }

    /** Puts an element at the end of a list. */
    void add(List<String> list, JsonNode value) {
        send("POST", list, value);
    }

    /** Puts something else in the place of what is there. */
    void replace(List<String> path, JsonNode value) {
        send("PATCH", path, value);
    }

    void delete(List<String> path) {
        send("DELETE", path, null);
    }

    static List<String> append(List<String> path, String... more) {
        return Stream.concat(path.stream(), Arrays.stream(more)).toList();
    }

    private String send(String method, List<String> path, @Nullable JsonNode body) {
        HttpRequest request = HttpRequest.newBuilder(address(path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        // A client for each request: Caddy closes kept connections at each change, also just as the next request comes.
        try (HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(Duration.ofSeconds(5))
                .build()) {
            HttpResponse<String> response =
                    http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (response.statusCode() != 200) {
                throw new UnavailableException("Caddy refuses to take requests for the apps: "
                        + response.body().strip() + " (" + method + " " + request.uri() + ": "
                        + response.statusCode() + ").");
            }
            return response.body();
        } catch (IOException e) {
            throw silent(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("Interrupted while Caddy was asked.", e);
        }
    }

    private URI address(List<String> path) {
        try {
            return new URI(
                    url.getScheme(),
                    null,
                    url.getHost(),
                    url.getPort(),
                    "/config/" + String.join("/", path),
                    null,
                    null);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    UnavailableException silent(IOException cause) {
        return new UnavailableException(
                "Caddy doesn't answer at " + url + ": start it, or set CADDY_ADMIN_URL to where its admin API is.",
                cause);
    }

    /**
     * A connection that ends when Caddy may have another configuration than it has now: it begins its admin API anew with
     * each one. It ends with Caddy, too, and after a minute.
     */
    Socket watch() throws IOException {
        Socket socket = new Socket(url.getHost(), url.getPort());
        try {
            socket.setSoTimeout(LONGEST_WATCH_MS);
            String request = "GET /config/admin HTTP/1.1\r\nHost: " + url.getRawAuthority() + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            if (in.read() < 0) {
                throw new IOException("Caddy closed the connection");
            }
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
