package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code quark} of an installed QUARK, with a Java that only says what it was started with. */
class LauncherTest {

    @TempDir
    Path folder;

    private Path dist;
    private Path archive;

    @BeforeEach
    void install() throws Exception {
        dist = Files.createDirectories(folder.resolve("with a space/dist"));
        archive = dist.resolve("quark.jsa");
        Files.createDirectory(dist.resolve("lib"));
        Files.createFile(dist.resolve("quark.jar"));
        Files.copy(Path.of("src/main/dist/quark"), dist.resolve("quark"));
        Files.copy(Path.of("../.mvn/jdk.sh"), dist.resolve("jdk.sh"));
        Path java = Files.createDirectories(folder.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void givesJavaTheOptionsOfItsFolderAndTheUsersAfterThem() throws Exception {
        assertEquals(
                List.of(
                        "@" + dist + "/java.options",
                        "-Dorg.sqlite.lib.path=" + dist + "/native/org/sqlite/native/Linux/" + machine(),
                        "-Xmx1g",
                        "-Dx=y",
                        "-jar",
                        dist + "/quark.jar",
                        "demo",
                        "a b"),
                run("demo", "a b"));
    }

    /** Of this version; each option has to be one of the oldest that is supported, too. */
    @Test
    void javaTakesTheOptions() throws Exception {
        ProcessBuilder command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "@src/main/dist/java.options",
                "-version");
        // With these it says one line more.
        command.environment().keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        Process java = command.redirectErrorStream(true).start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, java.waitFor(), said);
        assertEquals(3, said.lines().count(), said);
    }

    @Test
    void aServerMakesAClassArchive() throws Exception {
        assertTrue(run("serve").contains("-XX:SharedArchiveFile=" + archive));
    }

    @Test
    void anArchiveOfTheseJarsIsKept() throws Exception {
        Files.createFile(archive);
        Files.setLastModifiedTime(archive, FileTime.from(Instant.now().plusSeconds(5)));

        run("serve");

        assertTrue(Files.exists(archive));
    }

    @Test
    void anArchiveOfOtherJarsIsRemovedHoweverOldTheNewOnesSayTheyAre() throws Exception {
        Files.createFile(archive);
        Files.setLastModifiedTime(archive, FileTime.from(Instant.now().minusSeconds(60)));
        Path jar = Files.createFile(dist.resolve("lib/new.jar"));
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(600)));

        run("serve");

        assertFalse(Files.exists(archive));
    }

    /** As {@code uname -m} names it. */
    private static String machine() {
        String arch = System.getProperty("os.arch");
        return arch.equals("amd64") ? "x86_64" : arch;
    }

    @Test
    void withoutAJavaThatIsNamedTheNewestIsTaken() throws Exception {
        Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"999.0.1\"\n");

        List<String> started = run(Map.of("JAVA_HOME", folder.toString()), "demo");

        assertEquals("@" + dist + "/java.options", started.getFirst());
    }

    private List<String> run(String... arguments) throws Exception {
        return run(Map.of("QUARK_JAVA", folder.resolve("bin/java").toString()), arguments);
    }

    private List<String> run(Map<String, String> environment, String... arguments) throws Exception {
        ProcessBuilder command = new ProcessBuilder("sh", dist.resolve("quark").toString());
        command.command().addAll(List.of(arguments));
        command.environment().keySet().removeAll(Set.of("QUARK_JAVA", "JAVA_HOME"));
        command.environment().putAll(environment);
        command.environment().put("QUARK_JAVA_OPTS", "-Xmx1g -Dx=y");
        Process process = command.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), output);
        return output.lines().toList();
    }
}
