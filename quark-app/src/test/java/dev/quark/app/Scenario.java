package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** One scenario: its steps in order, then its outcome. {@code scenarios/README.md} says what a scenario can say. */
final class Scenario {

    private static final String UNKNOWN = "0123456789".repeat(4);

    private final Path source;
    private final JsonNode told;
    private final QuarkProcess quark;
    private final Path folder;
    private final GitFixture repository;
    private String config = "";

    Scenario(Path source, JsonNode told, QuarkProcess quark, Path serverFolder) throws Exception {
        this.source = source;
        this.told = told;
        this.quark = quark;
        this.folder = Files.createDirectory(serverFolder.resolve(source.getFileName()));
        this.repository = GitFixture.of("scenarios/" + source.getFileName(), folder);
    }

    void play() throws Exception {
        copyRepository();
        if (!createConfig()) {
            return;
        }
        for (JsonNode step : told.path("steps")) {
            take(step);
        }
        assertOutcome(ended());
    }

    private void copyRepository() throws Exception {
        Path files = source.resolve("repository");
        try (Stream<Path> all = Files.walk(files)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Path copy = repository.work().resolve(files.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.writeString(copy, filled(Files.readString(file)));
            }
        }
        for (JsonNode executable : told.path("executable")) {
            assertTrue(repository.work().resolve(executable.asText()).toFile().setExecutable(true));
        }
        repository.commitAll(
                told.path("message").asText("Begin"), told.path("branch").asText("main"));
    }

    /** False where the scenario is about a config that is refused. */
    private boolean createConfig() throws IOException, InterruptedException {
        ObjectNode body = ((ObjectNode)
                QuarkProcess.JSON.readTree(filled(told.path("config").toString())));
        body.put("repo_full_name", repository.name());
        if (!body.has("clone_url")) {
            body.put("clone_url", repository.url());
        }
        if (!body.has("auto_deploy")) {
            body.put("auto_deploy", true);
        }
        HttpResponse<String> answer = quark.send("POST", "/deploy/configs", body);
        JsonNode refused = told.path("config_refused");
        if (refused.isMissingNode()) {
            assertEquals(201, answer.statusCode(), answer::body);
            config = QuarkProcess.JSON.readTree(answer.body()).path("id").asText();
            return true;
        }
        assertEquals(422, answer.statusCode(), answer::body);
        JsonNode error =
                QuarkProcess.JSON.readTree(answer.body()).path("errors").path(0);
        assertEquals(refused.path("field").asText(), error.path("field").asText());
        assertTrue(
                error.path("message").asText().contains(refused.path("message").asText()), error::toString);
        return false;
    }

    private void take(JsonNode step) throws Exception {
        if (step.has("commit")) {
            for (Map.Entry<String, JsonNode> file : step.path("commit").properties()) {
                repository.write(file.getKey(), filled(file.getValue().asText()));
            }
            repository.commitAll("Change", told.path("branch").asText("main"));
        } else if (step.has("push")) {
            push(step);
        } else if (step.has("await")) {
            await(step.path("await").asText());
        } else if (step.has("cancel")) {
            assertEquals(
                    202,
                    quark.send("POST", "/deployments/" + newest() + "/cancel", null)
                            .statusCode());
        } else if (step.has("touch")) {
            Files.createFile(Path.of(filled(step.path("touch").asText())));
        } else if (step.has("file")) {
            Files.writeString(
                    folder.resolve(step.path("file").asText()),
                    step.path("content").asText());
        } else {
            throw new IllegalArgumentException("no such step: " + step);
        }
    }

    private void push(JsonNode step) throws Exception {
        ObjectNode payload = (ObjectNode)
                QuarkProcess.JSON.readTree(source.resolveSibling("push.json").toFile());
        payload.setAll((ObjectNode) step.path("push"));
        HttpResponse<String> answer = quark.deliver(
                filled(payload.toString()).getBytes(StandardCharsets.UTF_8),
                "push",
                step.has("delivery")
                        ? source.getFileName() + "-" + step.path("delivery").asText()
                        : UUID.randomUUID().toString());
        assertEquals(step.path("status").asInt(), answer.statusCode(), answer::body);
        JsonNode said = QuarkProcess.JSON.readTree(answer.body());
        assertEquals(step.path("action").asText(), said.path("action").asText());
        assertEquals(
                step.path("status").asInt() == 202,
                said.path("deployment_triggered").asBoolean());
    }

    private void await(String text) throws Exception {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            String newest = newest();
            return !newest.isEmpty() && quark.output(newest).contains(text);
        });
    }

    private String newest() throws IOException, InterruptedException {
        return deployments().path(0).path("id").asText();
    }

    private JsonNode deployments() throws IOException, InterruptedException {
        return quark.get("/deployments?limit=100&repo_full_name=" + repository.name());
    }

    /** All deployments once each has its outcome, oldest first. */
    private List<JsonNode> ended() throws IOException, InterruptedException {
        List<JsonNode> ended = new ArrayList<>();
        for (JsonNode deployment : deployments()) {
            ended.add(0, quark.awaitEnd(deployment.path("id").asText()));
        }
        return ended;
    }

    private void assertOutcome(List<JsonNode> ended) throws Exception {
        JsonNode expected = told.path("deployments");
        assertEquals(expected.size(), ended.size(), ended::toString);
        for (int i = 0; i < ended.size(); i++) {
            assertDeployment(expected.path(i), ended.get(i));
        }
        assertCurrent(ended);
        if (told.has("no_process")) {
            String word = told.path("no_process").asText();
            List<String> alive = ProcessHandle.allProcesses()
                    .map(process -> process.info().commandLine().orElse(""))
                    .filter(line -> line.contains(word))
                    .toList();
            assertEquals(List.of(), alive);
        }
    }

    private void assertDeployment(JsonNode expected, JsonNode deployment) throws Exception {
        String id = deployment.path("id").asText();
        assertEquals(expected.path("status").asText(), deployment.path("status").asText(), deployment::toString);
        String error = deployment.path("error_message").asText("");
        assertTrue(error.contains(filled(expected.path("error").asText())), deployment::toString);
        if (expected.has("exit_code")) {
            assertEquals(expected.path("exit_code"), deployment.path("exit_code"), deployment::toString);
        }
        if (expected.has("branch")) {
            assertEquals(expected.path("branch"), deployment.path("branch"), deployment::toString);
        }
        if (expected.has("output")) {
            assertEquals(texts(expected.path("output")), quark.output(id));
        }
        String log = String.join("\n", quark.log(id));
        for (String line : texts(expected.path("log"))) {
            assertTrue(log.contains(line), () -> line + "\nisn't in\n" + log);
        }
        for (String line : texts(expected.path("log_lacks"))) {
            assertFalse(log.contains(line), () -> line + "\nis in\n" + log);
        }
    }

    private void assertCurrent(List<JsonNode> ended) throws IOException {
        Path current = folder.resolve("../data/apps/" + config + "/current");
        if (told.path("current").isNull()) {
            assertFalse(Files.exists(current), current::toString);
        } else {
            assertEquals(
                    ended.get(told.path("current").asInt()).path("id").asText(),
                    current.toRealPath().getFileName().toString());
        }
    }

    private List<String> texts(JsonNode array) throws IOException, InterruptedException {
        List<String> texts = new ArrayList<>();
        for (JsonNode text : array) {
            texts.add(filled(text.asText()));
        }
        return texts;
    }

    private String filled(String text) throws IOException, InterruptedException {
        return text.replace("${folder}", folder.toString())
                .replace("${repository}", repository.name())
                .replace("${unknown}", UNKNOWN)
                .replace("${sha}", text.contains("${sha}") ? repository.head() : "");
    }
}
