package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pushes from the delivery to the release, as data: each folder in {@code scenarios/} has a repository's files and a
 * {@code scenario.json} that says what is pushed and what comes of it. They run against a real server, a real bare
 * repository and a real shell; those without settings of their own share one server.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScenarioTest {

    private static final Path SCENARIOS = Path.of("src/test/resources/scenarios");

    private Path folders = Path.of("");
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private QuarkProcess shared;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        folders = temporary.toRealPath();
        folder = Files.createDirectory(folders.resolve("shared"));
        shared = QuarkProcess.start(folder, Map.of("MAX_CONCURRENT_DEPLOYMENTS", "4"));
    }

    @AfterAll
    void stop() throws Exception {
        shared.close();
    }

    @TestFactory
    Stream<DynamicTest> each() throws IOException {
        List<Path> scenarios;
        try (Stream<Path> folders = Files.list(SCENARIOS)) {
            scenarios = folders.filter(Files::isDirectory).sorted().toList();
        }
        assertTrue(scenarios.size() > 20, "there are scenarios");
        return scenarios.stream()
                .map(scenario -> DynamicTest.dynamicTest(scenario.getFileName().toString(), () -> play(scenario)));
    }

    private void play(Path scenario) throws Exception {
        JsonNode told =
                QuarkProcess.JSON.readTree(scenario.resolve("scenario.json").toFile());
        if (!told.has("settings")) {
            new Scenario(scenario, told, shared, folder).play();
            return;
        }
        Map<String, String> settings = new TreeMap<>();
        told.path("settings")
                .properties()
                .forEach(setting ->
                        settings.put(setting.getKey(), setting.getValue().asText()));
        Path own = Files.createDirectory(folders.resolve(scenario.getFileName().toString()));
        try (QuarkProcess quark = QuarkProcess.start(own, settings)) {
            new Scenario(scenario, told, quark, own).play();
        }
    }
}
