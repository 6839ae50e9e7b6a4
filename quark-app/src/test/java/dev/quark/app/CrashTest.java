package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server is killed with SIGKILL at each step of a deployment, and started again. */
class CrashTest {

    @TempDir
    private Path temporary;

    private Path folder = Path.of("");

    @BeforeEach
    void realPath() throws Exception {
        folder = temporary.toRealPath();
    }

    private List<String> runs() throws Exception {
        Path runs = folder.resolve("runs");
        return Files.exists(runs) ? Files.readAllLines(runs) : List.of();
    }

    private void await(String file) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> Files.exists(folder.resolve(file)));
    }

    /** The number of a process that a command wrote to a file; its line may come after the file. */
    private long awaitPid() throws Exception {
        Path file = folder.resolve("pid");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> Files.exists(file) && Files.readString(file).endsWith("\n"));
        return Long.parseLong(Files.readString(file).strip());
    }

    /**
     * Somewhere between the answer and the end, a bit later each time: before the claim, in the checkout, in the command. The
     * server that brings one deployment to its end is killed in the next.
     */
    @Test
    void noAcceptedPushIsLostOrRunTwice() throws Exception {
        GitFixture repository = GitFixture.create(folder, "echo \"$COMMIT_SHA\" >> '" + folder + "/runs'\necho done\n");
        List<String> pushed = new ArrayList<>();
        QuarkProcess quark = QuarkProcess.start(folder);
        try {
            quark.deploys(repository, Map.of());
            for (int delay : List.of(0, 10, 25, 50, 75, 100, 150, 250)) {
                String sha = repository.commit("version.txt", "after " + delay);
                pushed.add(sha);
                String deployment =
                        quark.push(repository, sha).path("deployment_id").asText();
                Thread.sleep(delay);
                quark.close();
                quark = QuarkProcess.start(folder);
                JsonNode ended = quark.awaitEnd(deployment);
                assertEquals("completed", ended.path("status").asText(), ended::toString);
                assertEquals(List.of("done"), quark.output(deployment));
                assertEquals(pushed, runs());
            }
        } finally {
            quark.close();
        }
    }

    @Test
    void aRedeliveryAfterACrashIsNotDeployedAgain() throws Exception {
        GitFixture repository = GitFixture.create(folder, "echo run >> '" + folder + "/runs'\n");
        String delivery = UUID.randomUUID().toString();
        String first;
        try (QuarkProcess quark = QuarkProcess.start(folder)) {
            quark.deploys(repository, Map.of());
            first = quark.push(repository.name(), "main", repository.head(), delivery)
                    .path("deployment_id")
                    .asText();
            quark.kill();
        }
        try (QuarkProcess quark = QuarkProcess.start(folder)) {
            JsonNode again = quark.push(repository.name(), "main", repository.head(), delivery);
            assertFalse(again.path("deployment_triggered").asBoolean(), again::toString);
            assertEquals("completed", quark.awaitEnd(first).path("status").asText());
            assertEquals(1, quark.get("/deployments").size());
        }
        assertEquals(List.of("run"), runs());
    }

    @Test
    void aRunningCommandGoesOnAndItsOutputIsComplete() throws Exception {
        GitFixture repository = GitFixture.create(folder, """
                i=1
                while [ $i -le 300 ]; do
                  echo "line $i"; echo "oops $i" >&2; i=$((i + 1)); sleep 0.01
                  while [ $i -eq 200 ] && [ ! -e '%s/go' ]; do sleep 0.05; done
                done
                echo over > '%s/over'
                """.formatted(folder, folder));
        String deployment;
        try (QuarkProcess quark = QuarkProcess.start(folder)) {
            quark.deploys(repository, Map.of());
            deployment = quark.push(repository, repository.head())
                    .path("deployment_id")
                    .asText();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> quark.output(deployment).size() > 20);
            quark.kill();
        }
        for (int i = 0; i < 2; i++) {
            try (QuarkProcess quark = QuarkProcess.start(folder)) {
                assertEquals(
                        "in_progress",
                        quark.get("/deployments/" + deployment).path("status").asText());
                quark.kill();
            }
        }
        Files.createFile(folder.resolve("go"));
        await("over");
        try (QuarkProcess quark = QuarkProcess.start(folder)) {
            assertEquals("completed", quark.awaitEnd(deployment).path("status").asText());
            List<String> output = quark.output(deployment);
            assertEquals(
                    numbered("line"),
                    output.stream().filter(l -> l.startsWith("line")).toList());
            assertEquals(
                    numbered("oops"),
                    output.stream().filter(l -> l.startsWith("oops")).toList());
            assertEquals(600, output.size());
        }
    }

    private static List<String> numbered(String word) {
        return IntStream.rangeClosed(1, 300).mapToObj(i -> word + " " + i).toList();
    }

    @Test
    void aCommandThatEndedMeanwhileHasItsOutcome() throws Exception {
        GitFixture repository = GitFixture.create(
                folder,
                "echo begun\ntouch '" + folder + "/begun'\nsleep 1\necho ending\ntouch '" + folder
                        + "/over'\nexit 3\n");
        String deployment;
        try (QuarkProcess quark = QuarkProcess.start(folder)) {
            quark.deploys(repository, Map.of());
            deployment = quark.push(repository, repository.head())
                    .path("deployment_id")
                    .asText();
            await("begun");
            quark.kill();
        }
        await("over");
        try (QuarkProcess quark = QuarkProcess.start(folder)) {
            JsonNode ended = quark.awaitEnd(deployment);
            assertEquals("failed", ended.path("status").asText());
            assertEquals(3, ended.path("exit_code").asInt());
            assertEquals(List.of("begun", "ending"), quark.output(deployment));
        }
    }

    @Test
    void aCommandThatWasKilledMeanwhileIsInterrupted() throws Exception {
        GitFixture repository = GitFixture.create(folder, "echo $$ > '" + folder + "/pid'\nexec sleep 600\n");
        String deployment;
        try (QuarkProcess quark = QuarkProcess.start(folder)) {
            quark.deploys(repository, Map.of());
            deployment = quark.push(repository, repository.head())
                    .path("deployment_id")
                    .asText();
            awaitPid();
            quark.kill();
        }
        killTree(awaitPid());
        try (QuarkProcess quark = QuarkProcess.start(folder)) {
            JsonNode ended = quark.awaitEnd(deployment);
            assertEquals("failed", ended.path("status").asText());
            assertTrue(ended.path("error_message").asText().contains("interrupted"), ended::toString);
        }
    }

    /** As a reboot does: the command and what waits for it. */
    private static void killTree(long pid) {
        ProcessHandle command = ProcessHandle.of(pid).orElseThrow();
        ProcessHandle top = command;
        while (top.parent().isPresent()
                && top.parent().get().pid() > 1
                && isShell(top.parent().get())) {
            top = top.parent().get();
        }
        List<ProcessHandle> all = new ArrayList<>(List.of(top));
        top.descendants().forEach(all::add);
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
    }

    private static boolean isShell(ProcessHandle process) {
        return process.info()
                .command()
                .map(c -> c.endsWith("/sh") || c.endsWith("/dash"))
                .orElse(false);
    }

    @Test
    void aCancelIsNotForgotten() throws Exception {
        GitFixture repository = GitFixture.create(
                folder,
                "trap '[ ! -e \"" + folder + "/again\" ] || exit 1' TERM\necho $$ > '" + folder
                        + "/pid'\nwhile :; do sleep 0.1; done\n");
        String deployment;
        long pid;
        try (QuarkProcess quark = QuarkProcess.start(folder)) {
            quark.deploys(repository, Map.of());
            deployment = quark.push(repository, repository.head())
                    .path("deployment_id")
                    .asText();
            pid = awaitPid();
            quark.post("/deployments/" + deployment + "/cancel", null);
            quark.kill();
        }
        // It heeds the signal of the next server, not that of the killed one.
        Files.createFile(folder.resolve("again"));
        try (QuarkProcess quark = QuarkProcess.start(folder)) {
            assertEquals("cancelled", quark.awaitEnd(deployment).path("status").asText());
        }
        assertFalse(isRunning(pid));
    }

    /** A zombie is dead: only its parent hasn't asked yet how it ended. */
    private static boolean isRunning(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return !stat.replaceFirst(".*\\) ", "").startsWith("Z");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void stoppingTheServerLetsTheCommandGoOn() throws Exception {
        GitFixture repository = GitFixture.create(
                folder,
                "echo one\ntouch '" + folder + "/begun'\nwhile [ ! -e '" + folder
                        + "/go' ]; do sleep 0.05; done\necho two\n");
        String deployment;
        try (QuarkProcess quark = QuarkProcess.start(folder)) {
            quark.deploys(repository, Map.of());
            deployment = quark.push(repository, repository.head())
                    .path("deployment_id")
                    .asText();
            await("begun");
            quark.terminate();
        }
        Files.createFile(folder.resolve("go"));
        try (QuarkProcess quark = QuarkProcess.start(folder)) {
            assertEquals("completed", quark.awaitEnd(deployment).path("status").asText());
            assertEquals(List.of("one", "two"), quark.output(deployment));
        }
    }
}
