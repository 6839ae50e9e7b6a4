package dev.quark.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** What GitHub publishes as examples of its answers and events; {@code src/test/npm/examples.mjs} gets them. */
public final class GitHubExamples {

    static final JsonMapper JSON = new JsonMapper();

    private static final JsonNode ANSWERS = answers();

    private GitHubExamples() {}

    /** A copy of the example answer to an operation that is an object, such as {@code GET /repos/{owner}/{repo}}. */
    static ObjectNode answer(String operation) {
        return (ObjectNode) node(operation).deepCopy();
    }

    /** A copy of the first element of an example answer that is a list. */
    static ObjectNode element(String operation) {
        return (ObjectNode) node(operation).get(0).deepCopy();
    }

    /** A payload of every kind of event. */
    public static List<Event> events() {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(open("events.jsonl.gz")), StandardCharsets.UTF_8))) {
            List<Event> events = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode event = JSON.readTree(line);
                events.add(new Event(event.get("event").asText(), event.get("payload")));
            }
            return events;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An event's name, as {@code X-GitHub-Event} has it, and its payload. */
    public record Event(String name, JsonNode payload) {}

    private static JsonNode node(String operation) {
        return Objects.requireNonNull(ANSWERS.get(operation), operation);
    }

    private static JsonNode answers() {
        try (InputStream answers = open("answers.json")) {
            return JSON.readTree(answers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String name) {
        return Objects.requireNonNull(GitHubExamples.class.getResourceAsStream(name), name);
    }
}
