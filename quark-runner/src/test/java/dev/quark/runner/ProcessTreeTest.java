package dev.quark.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of a supervisor's children is the command's shell; here the supervisor is the test's own process. */
final class ProcessTreeTest {

    @TempDir
    private Path folder;

    private ProcessTree tree() {
        ProcessKey self =
                ProcessTable.find(ProcessHandle.current().pid()).orElseThrow().key();
        return new ProcessTree(new Ticket("feed", "boot", null, false), folder, self);
    }

    private static ProcessEntry entry(Process process) {
        return ProcessTable.find(process.pid()).orElseThrow();
    }

    @Test
    void aChildThatEndedAfterTheTableWasReadIsNotTakenForTheShell() throws Exception {
        Process shell = new ProcessBuilder("cat").start();
        ProcessEntry entry = entry(shell);
        assertTrue(tree().isShell(entry));

        shell.getOutputStream().close();
        assertEquals(0, shell.waitFor());

        assertFalse(tree().isShell(entry));
    }

    @Test
    void aHelperIsNotTakenForTheShell() throws Exception {
        Process helper = new ProcessBuilder("tail", "-f", "/dev/null", folder.toString()).start();
        try {
            assertFalse(tree().isShell(entry(helper)));
        } finally {
            helper.destroyForcibly().waitFor();
        }
    }
}
