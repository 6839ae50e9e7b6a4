package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a person meets it: a real process, its output and its exit code. */
class CommandLineTest {

    @TempDir
    private Path folder;

    private record Outcome(int code, String output) {}

    private Outcome run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = QuarkProcess.command(folder, arguments).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    @Test
    void theDemoDeploysAPushAndLeavesNothing() throws Exception {
        Outcome demo = run(Map.of("TMPDIR", folder.toString()), "demo");
        assertEquals(0, demo.code(), demo::output);
        assertTrue(demo.output().contains("Hello from commit"), demo::output);
        assertTrue(demo.output().contains("------- completed"), demo::output);
        assertTrue(demo.output().contains("signing in with the token ********"), demo::output);
        assertFalse(demo.output().contains("swordfish"), demo::output);
        assertTrue(demo.output().contains(" requests, 0 failed, p99 "), demo::output);
        assertTrue(demo.output().contains("Hello from version 4 "), demo::output);
        String repository = demo.output().replaceAll("(?s).*with a deploy.sh\\s+(\\S+).*", "$1");
        assertFalse(Files.exists(Path.of(repository)), repository);
        String home = repository.substring(0, repository.lastIndexOf('/'));
        assertEquals(
                List.of(),
                ProcessHandle.allProcesses()
                        .filter(process -> worksIn(home, process))
                        .toList(),
                "neither the app nor the router goes on");
    }

    private static boolean worksIn(String folder, ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"))
                    .toString()
                    .startsWith(folder);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void everyBadSettingIsSaidAtOnce() throws Exception {
        Outcome refused = run(Map.of("PORT", "http", "SECRET_KEY", "swordfish", "LOG_RETENTION_DAYS", "0"), "serve");
        assertEquals(QuarkCommand.BAD_SETTINGS, refused.code(), refused::output);
        assertTrue(refused.output().contains("PORT must be"), refused::output);
        assertTrue(refused.output().contains("SECRET_KEY must be"), refused::output);
        assertTrue(refused.output().contains("LOG_RETENTION_DAYS must be"), refused::output);
        assertFalse(refused.output().contains("swordfish"), refused::output);
    }

    @Test
    void aDatabaseThatIsNoneIsABadSettingToo() throws Exception {
        Outcome refused = run(Map.of("DATABASE_URL", "mysql://root:swordfish@host/db"), "serve");
        assertEquals(QuarkCommand.BAD_SETTINGS, refused.code(), refused::output);
        assertTrue(refused.output().contains("DATABASE_URL must be"), refused::output);
        assertFalse(refused.output().contains("swordfish"), refused::output);
    }

    @Test
    void aPortThatIsTakenIsSaidInOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Outcome refused = run(Map.of("HOST", "127.0.0.1", "PORT", port), "serve");
            assertEquals(QuarkCommand.UNAVAILABLE, refused.code(), refused::output);
            assertTrue(
                    refused.output().contains("QUARK can't start: The server can't listen on 127.0.0.1:" + port),
                    refused::output);
            assertFalse(refused.output().contains("\tat "), refused::output);
        }
    }

    @Test
    void twoServersDontShareADataFolder() throws Exception {
        try (QuarkProcess first = QuarkProcess.start(folder.toRealPath())) {
            Outcome second = run(Map.of(), "serve");
            assertEquals(QuarkCommand.BAD_SETTINGS, second.code(), second::output);
            assertTrue(second.output().contains("in use by another QUARK"), second::output);
            assertEquals("admin", first.get("/auth/me").path("username").asText());
        }
    }

    @Test
    void withoutACommandItSaysWhatThereIs() throws Exception {
        Outcome usage = run(Map.of());
        assertEquals(2, usage.code(), usage::output);
        assertTrue(usage.output().contains("quark serve"), usage::output);
    }
}
