package dev.quark.persistence;

import static dev.quark.core.testing.Samples.NOW;
import static dev.quark.core.testing.Samples.REPOSITORY;
import static dev.quark.core.testing.Samples.config;
import static dev.quark.core.testing.Samples.environment;
import static dev.quark.core.testing.Samples.lines;
import static dev.quark.core.testing.Samples.pending;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.deployment.Release;
import dev.quark.core.deployment.Trigger;
import dev.quark.core.identity.AuditEntry;
import dev.quark.core.identity.AuditLog;
import dev.quark.core.identity.Role;
import dev.quark.core.identity.User;
import dev.quark.core.log.LogId;
import dev.quark.core.log.LogIndex;
import dev.quark.core.log.LogStore;
import dev.quark.core.log.SearchText;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.source.CloneUrl;
import dev.quark.core.testing.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is particular to SQLite. */
class SqliteDatabaseTest {

    @TempDir
    Path folder;

    @Test
    void aChangeWhoseAuditEntryCantBeStoredIsNotMade() throws Exception {
        Path file = folder.resolve("app.db");
        User mona = User.invited(Samples.id(), "mona", null, Role.VIEWER, NOW);
        AuditEntry entry = new AuditEntry(NOW, "admin", "", "user.create", "user/" + mona.id(), "mona");
        try (Persistence persistence = open(file)) {
            execute(file, "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END");
            assertThrows(
                    RuntimeException.class,
                    () -> persistence.audit().with(entry, () -> {
                        persistence.users().add(mona);
                        return mona;
                    }));
            assertEquals(Optional.empty(), persistence.users().find(mona.id()));
        }
    }

    @Test
    void countsWhatCameSinceAndNotTheWholeAuditLogAgain() throws Exception {
        Path file = folder.resolve("app.db");
        try (Persistence persistence = open(file)) {
            AuditLog audit = persistence.audit();
            for (int round = 1; round <= 4; round++) {
                addEntries(file, 1500);
                assertEquals(1500L * round, audit.count());
                audit.record(new AuditEntry(NOW, "admin", "", "user.sign_in", "user/1", ""));
                assertEquals(1500L * round + 1, audit.count());
                removeNewestEntry(file);
            }
            execute(file, "DELETE FROM audit WHERE id = 1");
            assertEquals(6000, audit.count(), "what was counted once is not looked at again");
        }
    }

    private static void addEntries(Path file, int entries) throws Exception {
        execute(
                file,
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + entries + ")"
                        + " INSERT INTO audit (at, actor, address, action, target, detail)"
                        + " SELECT 0, 'admin', '', 'user.sign_in', 'user/1', '' FROM n");
    }

    private static void removeNewestEntry(Path file) throws Exception {
        execute(file, "DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)");
    }

    @Test
    void onlyTheOwnerCanReadItsFiles() throws Exception {
        Path file = folder.resolve("made/on/the/way/app.db");
        try (Persistence persistence = open(file)) {
            persistence.logs().append(lines(new LogId(Samples.id()), 1, 10));
            try (Stream<Path> files = Files.list(file.getParent())) {
                List<Path> all = files.toList();
                assertTrue(all.size() >= 3, "the database, its log and its index: " + all);
                for (Path each : all) {
                    assertEquals(
                            "rw-------",
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(each)),
                            each::toString);
                }
            }
        }
    }

    @Test
    void opensAgainWithAllThatWasStored() {
        Path file = folder.resolve("app.db");
        DeploymentConfig config = config(REPOSITORY, "production");
        try (Persistence persistence = open(file)) {
            assertTrue(persistence.isReachable());
            persistence.configs().add(config);
        }
        try (Persistence persistence = open(file)) {
            assertEquals(List.of(config), persistence.configs().list(null, 10, 0));
        }
    }

    @Test
    void theSearchGoesOnWhereAKilledOneStoppedAndNothingOfItIsLeftOfALogThatIsGone() throws Exception {
        Path file = folder.resolve("app.db");
        DeploymentConfig config = config(REPOSITORY, "production");
        Deployment deployment = pending(config, Trigger.MANUAL);
        LogIndex.Request request = new LogIndex.Request(SearchText.parse("line"), null, null, null, 100, null);
        try (Persistence persistence = open(file)) {
            persistence.configs().add(config);
            persistence.deployments().add(deployment);
            for (int i = 0; i < 100; i++) {
                persistence.logs().append(lines(deployment.id().log(), i + 1, i + 1));
            }
            DeploymentState.Pending state = (DeploymentState.Pending) deployment.state();
            persistence.deployments().transition(deployment.id(), state, state.cancel(NOW, "enough"));
            assertTrue(persistence.logIndex().takeIn());
            assertEquals(64, persistence.logIndex().search(request).hits().size());
        }
        try (Persistence persistence = open(file)) {
            while (persistence.logIndex().takeIn()) {
                // There is more to take in.
            }
            assertEquals(100, persistence.logIndex().search(request).hits().size());
            assertEquals(100, count(file, "log_words WHERE log_words MATCH 'line'"));
            persistence.deployments().remove(deployment.id());
            assertEquals(0, count(file, "log_index"));
            assertEquals(0, count(file, "log_words WHERE log_words MATCH 'line'"));
        }
    }

    private static int count(Path file, String what) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + what)) {
            row.next();
            return row.getInt(1);
        }
    }

    @Test
    void isNotReachableOnceClosed() {
        Persistence persistence = open(folder.resolve("app.db"));
        persistence.close();
        assertFalse(persistence.isReachable());
    }

    @Test
    void noSecretIsInTheFiles() throws Exception {
        String marker = "plainly-visible-marker";
        String secret = "hunter2-correct-horse-battery";
        DeploymentConfig config = config(REPOSITORY, marker)
                .withEnvironment(environment(Map.of("API_KEY", secret, "OTHER", "x" + secret.repeat(300))), NOW);
        try (Persistence persistence = open(folder.resolve("app.db"))) {
            persistence.configs().add(config);
            Deployment deployment = pending(config, Trigger.MANUAL);
            persistence.deployments().add(deployment);
            CloneUrl source = new CloneUrl("https://github.com/octo-org/octo-repo.git");
            persistence.releases().save(Release.of(deployment.id(), config, source, NOW));
            persistence.configs().update(config.id(), c -> c.withEnvironment(environment(Map.of("NEW", secret)), NOW));
            assertTrue(holds(marker), "the search finds what is stored in clear");
            assertFalse(holds(secret));
        }
        assertTrue(holds(marker));
        assertFalse(holds(secret));
    }

    @Test
    void aValueThatWasMovedToAnotherNameDoesNotOpen() throws Exception {
        Path file = folder.resolve("app.db");
        DeploymentConfig config = config(REPOSITORY, "production");
        try (Persistence persistence = open(file)) {
            persistence.configs().add(config);
        }
        execute(file, "UPDATE config_variables SET name = 'STOLEN' WHERE name = 'API_KEY'");
        try (Persistence persistence = open(file)) {
            assertThrows(
                    IllegalStateException.class, () -> persistence.configs().find(config.id()));
        }
    }

    @Test
    void refusesASchemaThatIsNewer() throws Exception {
        Path file = folder.resolve("app.db");
        open(file).close();
        execute(
                file,
                "INSERT INTO flyway_schema_history SELECT 99, '99', description, type, script, checksum, installed_by,"
                        + " installed_on, execution_time, success FROM flyway_schema_history");
        InvalidException refused = assertThrows(InvalidException.class, () -> open(file));
        assertEquals("DATABASE_URL", refused.errors().get(0).field());
        assertTrue(refused.getMessage().contains("newer version of QUARK"), refused.getMessage());
    }

    @Test
    void saysWhatIsWrongWithTheFile() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.txt"), "not a database ".repeat(100));
        assertThrows(InvalidException.class, () -> open(text));
        assertThrows(InvalidException.class, () -> open(folder));
        assertThrows(InvalidException.class, () -> open(text.resolve("app.db")));
    }

    @Test
    void goesOnRemovingALogAfterACrash() throws Exception {
        Path file = folder.resolve("app.db");
        LogId log = new LogId(Samples.id());
        try (Persistence persistence = open(file)) {
            for (int seq = 1; seq <= 100; seq++) {
                persistence.logs().append(lines(log, seq, seq));
            }
        }
        execute(file, "INSERT INTO removed_logs VALUES ('" + log + "')");
        try (Persistence persistence = open(file)) {
            persistence.logs().prune(NOW.minusSeconds(1000), 10);
            assertEquals(LogStore.End.EMPTY, persistence.logs().end(log));
        }
    }

    @Test
    void theWriteAheadLogDoesNotGrowWithWhatIsWritten() throws Exception {
        Path file = folder.resolve("app.db");
        try (Persistence persistence = open(file)) {
            LogId log = new LogId(Samples.id());
            for (int first = 1; first < 800_000; first += 2000) {
                persistence.logs().append(lines(log, first, first + 1999));
            }
            long written = Files.size(file);
            long log1 = Files.size(folder.resolve("app.db-wal"));
            assertTrue(written > (20 << 20), "written by checkpoints: " + written);
            assertTrue(log1 < (40 << 20), "the log: " + log1);
        }
    }

    /** The heap is smaller than the log by far. */
    @Test
    void aMillionLinesNeedLittleMemory() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx40m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MillionLines.class.getName(),
                        folder.resolve("app.db").toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), output);
        assertTrue(output.contains("read 1000000"), output);
    }

    private boolean holds(String text) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void execute(Path file, String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Persistence open(Path file) {
        return Persistence.open(Persistence.Settings.parse("sqlite:///" + file), new TestBox());
    }
}
