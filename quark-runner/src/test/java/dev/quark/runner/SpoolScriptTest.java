package dev.quark.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script that copies output to its file, where writing fails. */
@Timeout(60)
class SpoolScriptTest {

    @TempDir
    private Path folder;

    @Test
    void outputGoesOnAfterAWriteThatFailedAndTheGapIsSaid() throws Exception {
        // As on a full disk: what was read and can't be written is lost, and the next write succeeds.
        tool("cat", "[ ! -e again ] || exec /bin/cat; : >again; head -c 4 >/dev/null; exit 1");
        assertEquals("\nQUARK: some output is missing here; was the disk full?\nkept\n", spooled("lostkept\n", 1000));
    }

    @Test
    void outputThatKeepsWhatIsUnreadGoesOnTooAndTheGapIsSaid() throws Exception {
        tool("dd", "[ ! -e again ] || exec /bin/dd \"$@\"; : >again; head -c 4 >/dev/null; exit 1");
        assertEquals(
                "\nQUARK: some output is missing here; was the disk full?\nkept\n", spooled("lostkept\n", 64, 16, ""));
    }

    @Test
    void whereThereNeverIsRoomTheEndOfTheOutputIsTheEnd() throws Exception {
        assertEquals("a".repeat(512), spooled("a".repeat(100_000), 64, 16, "ulimit -f 1;"));
    }

    @Test
    void whatIsTooMuchIsThrownAway() throws Exception {
        assertEquals("a".repeat(1024), spooled("a".repeat(200_000), 2));
    }

    private String spooled(String output, int blocks) throws Exception {
        return spooled(output, blocks, 0, "");
    }

    private String spooled(String output, int blocks, int files, String limit) throws Exception {
        Path file = folder.resolve("stdout." + "0".repeat(20));
        ProcessBuilder builder = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "trap '' XFSZ; " + limit + " exec /bin/sh -c \"$@\"",
                        "sh",
                        script(),
                        "spool",
                        folder.toString(),
                        "stdout",
                        "" + blocks,
                        "" + files)
                .directory(folder.toFile())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD);
        builder.environment().merge("PATH", folder.toString(), (path, own) -> own + File.pathSeparator + path);
        Process process = builder.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(output.getBytes(StandardCharsets.UTF_8));
        }
        assertEquals(0, process.waitFor());
        return Files.readString(file);
    }

    private void tool(String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private static String script() throws IOException {
        try (var in = SpoolScriptTest.class.getResourceAsStream("spool.sh")) {
            return new String(java.util.Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
