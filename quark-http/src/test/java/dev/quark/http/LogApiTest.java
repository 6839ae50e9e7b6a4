package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.identity.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogApiTest {

    private final World world = new World(new Settings.Times(
            Duration.ofMillis(300), Duration.ofMillis(50), Duration.ofSeconds(30), Duration.ofSeconds(1)));
    private final Api viewer = Api.of(world, Role.VIEWER);

    @AfterEach
    void stop() {
        world.close();
    }

    private static String lines(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/deployments", "/deploy/deployments"})
    void showsTextsAndLines(String prefix) {
        DeploymentId id = world.running();
        world.print(id, 1, 10);
        JsonNode log = viewer.get(prefix + "/" + id + "/logs").is(200).json();
        assertEquals(id.toString(), log.get("deployment_id").asText());
        assertEquals("octo-org/octo-repo", log.get("repo_full_name").asText());
        assertEquals("in_progress", log.get("status").asText());
        assertEquals("line 10", log.get("logs").get(9).asText());
        assertEquals(
                "{\"seq\":10,\"at\":\"2026-11-23T10:00:02.007Z\",\"stream\":\"stderr\",\"text\":\"line 10\"}",
                log.get("lines").get(9).toString());
    }

    @Test
    void givesThemPageByPage() {
        DeploymentId id = world.running();
        world.print(id, 1, 12_000);
        String logs = "/deployments/" + id + "/logs";
        JsonNode usual = viewer.get(logs).is(200).json();
        assertEquals(1000, usual.get("logs").size());
        assertEquals(1000, usual.get("lines").size());
        JsonNode most = viewer.get(logs + "?limit=10000&after=1000").is(200).json();
        assertEquals(10_000, most.get("logs").size());
        assertEquals(10_000, most.get("lines").size());
        assertEquals(1001, most.at("/lines/0/seq").asInt());
        assertEquals(11_000, most.at("/lines/9999/seq").asInt());
        assertEquals(
                0, viewer.get(logs + "?after=12000").is(200).json().get("lines").size());
        assertEquals(
                List.of("follow", "after", "limit"),
                viewer.get(logs + "?limit=10001&after=-1&follow=maybe").faults());
        viewer.get("/deployments/" + world.nextDeployment() + "/logs").is(404);
    }

    @Test
    void givesAllOfItAsPlainText() {
        DeploymentId id = world.running();
        world.print(id, 1, 12_000);
        Api.Reply reply = viewer.with("Accept", "text/plain")
                .get("/deployments/" + id + "/logs")
                .is(200);
        assertEquals("text/plain;charset=utf-8", reply.header("Content-Type"));
        assertEquals(lines(1, 12_000), reply.body());
        assertEquals(
                lines(3, 4),
                viewer.with("Accept", "text/plain")
                        .get("/deployments/" + id + "/logs?after=2&limit=2")
                        .body());
    }

    @Test
    void followsToTheEndThroughQuietTimes() throws Exception {
        DeploymentId id = world.running();
        world.print(id, 1, 3);
        try (BufferedReader reader = open("/logs?follow=true", id, "Accept", "text/plain")) {
            for (int i = 1; i <= 3; i++) {
                assertEquals("line " + i, reader.readLine());
            }
            // Longer than a connection may be idle otherwise.
            Thread.sleep(1000);
            world.print(id, 4, 4);
            assertEquals("line 4", reader.readLine());
            world.complete(id);
            assertNull(reader.readLine());
        }
        assertEquals(
                lines(2, 4),
                viewer.get("/deployments/" + id + "/logs?follow=true&after=1")
                        .is(200)
                        .body());
        viewer.get("/deployments/" + world.nextDeployment() + "/logs?follow=true")
                .is(404);
    }

    @Test
    void answersHeadsOfStreamsAtOnce() {
        DeploymentId id = world.running();
        for (String rest : List.of("/logs", "/logs?follow=true", "/logs/stream")) {
            viewer.send("HEAD", "/deployments/" + id + rest).is(200);
        }
    }

    private BufferedReader open(String rest, DeploymentId id, String... headers) throws Exception {
        HttpResponse<java.io.InputStream> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1:" + world.server.port() + "/deployments/" + id + rest))
                                .header("Authorization", "Bearer " + World.token(Role.VIEWER))
                                .headers(headers)
                                .build(),
                        BodyHandlers.ofInputStream());
        assertEquals(200, response.statusCode());
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** The next event as its lines; what is a comment is passed over. */
    private static List<String> event(BufferedReader reader) throws IOException {
        List<String> event = new ArrayList<>();
        String line;
        while ((line = reader.readLine()) != null) {
            if (!line.isEmpty() && !line.startsWith(":")) {
                event.add(line);
            } else if (!event.isEmpty()) {
                return event;
            }
        }
        return event;
    }

    @Test
    void sendsEventsThatCanBeTakenUpAgain() throws Exception {
        DeploymentId id = world.running();
        world.print(id, 1, 2);
        try (BufferedReader reader = open("/logs/stream", id, "Accept", "text/event-stream")) {
            assertEquals(
                    List.of(
                            "id: 1",
                            "event: log",
                            "data: {\"type\":\"log\",\"data\":\"line 1\",\"seq\":1,"
                                    + "\"at\":\"2026-11-23T10:00:02.007Z\",\"stream\":\"stdout\"}"),
                    event(reader));
            assertEquals("id: 2", event(reader).get(0));
            assertEquals(
                    List.of(
                            "id: 2",
                            "event: status",
                            "data: {\"type\":\"status\",\"status\":\"in_progress\",\"data\":\"in_progress\"}"),
                    event(reader));
        }
        world.print(id, 3, 3);
        try (BufferedReader reader = open("/logs/stream", id, "Last-Event-ID", "2")) {
            assertEquals("id: 3", event(reader).get(0));
            assertEquals("event: status", event(reader).get(1));
            world.complete(id);
            assertEquals("id: 3-end", event(reader).get(0));
            assertEquals(List.of(), event(reader));
        }
        viewer.with("Last-Event-ID", "3-end")
                .get("/deployments/" + id + "/logs/stream")
                .is(204);
        Api.Reply whole =
                viewer.get("/deploy/deployments/" + id + "/logs/stream?after=1").is(200);
        assertFalse(whole.body().contains("id: 1\n"));
        assertTrue(whole.body().contains("id: 2\n"));
        assertTrue(whole.body().endsWith("\"completed\"}\n\n"));
    }

    @Test
    void sendsSignsOfLife() throws Exception {
        DeploymentId id = world.running();
        try (BufferedReader reader = open("/logs/stream", id, "Accept", "*/*")) {
            assertEquals("event: status", event(reader).get(1));
            for (int i = 0; i < 20; i++) {
                String line = reader.readLine();
                assertTrue(":".equals(line) || "".equals(line), line);
            }
        }
    }

    @Test
    void refusesWhatIsNoEvent() {
        DeploymentId id = world.running();
        for (String last : List.of("x", "-1", "1-END", "-end")) {
            assertEquals(
                    List.of("Last-Event-ID"),
                    viewer.with("Last-Event-ID", last)
                            .get("/deployments/" + id + "/logs/stream")
                            .faults());
        }
        viewer.get("/deployments/" + world.nextDeployment() + "/logs/stream").is(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/logs/stream", "/logs?follow=true"})
    void aStreamIsCutWhenItsSessionIsRevoked(String rest) throws Exception {
        String token = world.begin(Role.VIEWER);
        HttpRequest request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + world.server.port() + "/deployments/" + world.running() + rest))
                .headers("Authorization", "Bearer " + token, "Accept", "text/plain, */*")
                .build();
        try (InputStream body = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofInputStream())
                .body()) {
            Api.of(world, null).withToken(token).send("POST", "/auth/logout").is(200);
            org.junit.jupiter.api.Assertions.assertThrows(IOException.class, body::readAllBytes);
        }
    }

    @Test
    void streamsEndWhenTheServerStops() throws Exception {
        DeploymentId id = world.running();
        try (BufferedReader events = open("/logs/stream", id, "Accept", "*/*");
                BufferedReader text = open("/logs?follow=true", id, "Accept", "*/*")) {
            assertEquals("event: status", event(events).get(1));
            Thread stop = Thread.startVirtualThread(world.server::close);
            assertEquals(List.of(), event(events));
            // What is cut short must not look whole.
            org.junit.jupiter.api.Assertions.assertThrows(IOException.class, text::readLine);
            stop.join();
        }
    }
}
