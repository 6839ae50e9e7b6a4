package dev.quark.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.UnavailableException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MigrationsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void theCodeKnowsTheNewestVersion(Dialect dialect) throws IOException, URISyntaxException {
        URL scripts = Objects.requireNonNull(
                Persistence.class.getClassLoader().getResource("db/migration/" + dialect.folder));
        try (Stream<Path> files = Files.list(Path.of(scripts.toURI()))) {
            List<Integer> versions = files.map(file -> file.getFileName().toString())
                    .map(name -> Integer.valueOf(name.substring(1, name.indexOf("__"))))
                    .sorted()
                    .toList();
            assertEquals(Migrations.NEWEST, versions.get(versions.size() - 1));
            assertEquals(Migrations.NEWEST, versions.size());
        }
    }

    /** Loading it would cost as much as the rest of the start. */
    @Test
    void flywayIsNotLoadedWhereTheSchemaIsTheNewest() throws Exception {
        String url = "sqlite:///" + folder.resolve("app.db");
        assertTrue(loadsFlyway(url));
        assertTrue(!loadsFlyway(url));
    }

    @Test
    void refusesASchemaThatIsNewer() {
        String url = PostgresServer.newDatabase();
        open(url).close();
        PostgresServer.execute(
                url.substring(url.lastIndexOf('/') + 1),
                "INSERT INTO flyway_schema_history SELECT 99, '99', description, type, script, checksum, installed_by,"
                        + " installed_on, execution_time, success FROM flyway_schema_history");
        InvalidException refused = assertThrows(InvalidException.class, () -> open(url));
        assertTrue(refused.getMessage().contains("newer version of QUARK"), refused.getMessage());
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsUnavailable() {
        String url = PostgresServer.newDatabase().replace("quark_", "nowhere_").replace(":postgres@", ":hunter2@");
        UnavailableException refused = assertThrows(UnavailableException.class, () -> open(url));
        assertTrue(!refused.getMessage().contains("hunter2"), refused.getMessage());
        assertTrue(refused.getMessage().contains("DATABASE_URL"), refused.getMessage());
    }

    private static Persistence open(String url) {
        return Persistence.open(Persistence.Settings.parse(url), new TestBox());
    }

    private static boolean loadsFlyway(String url) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OpenAndClose.class.getName(),
                        url)
                .redirectErrorStream(true)
                .start();
        boolean loaded = child.inputReader().lines().toList().stream()
                .anyMatch(line -> line.contains(" org.flywaydb.core.Flyway "));
        assertEquals(0, child.waitFor());
        return loaded;
    }

    /** Run in a JVM of its own. */
    static final class OpenAndClose {

        private OpenAndClose() {}

        public static void main(String[] args) {
            open(args[0]).close();
        }
    }
}
