package dev.quark.runner;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FoldersTest {

    private static final int TIMES = 200;

    @TempDir
    private Path temporary;

    @Test
    void whatIsPutThereMeanwhileIsDeletedToo() throws Exception {
        for (int i = 0; i < TIMES; i++) {
            Path folder = Files.createDirectory(temporary.resolve("folder" + i));
            Path first = Files.createFile(folder.resolve("first"));
            Thread late = Thread.ofPlatform().start(() -> putOneMoreOnceGone(first));

            Folders.delete(folder);
            late.join();

            assertFalse(Files.exists(folder));
        }
    }

    /** As the process does that spools a command's output, when the file before is full. */
    private static void putOneMoreOnceGone(Path first) {
        while (Files.exists(first)) {
            Thread.onSpinWait();
        }
        try {
            Files.createFile(first.resolveSibling("late"));
        } catch (IOException e) {
            // The folder is gone already.
        }
    }
}
