package dev.quark.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel and the scripts write, read back. */
class LinuxFormatsTest {

    private static final String REST = " 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 4242 23 24\n";

    @Test
    void aProgramMayBeNamedLikeTheRestOfItsLine() {
        assertEquals(
                Optional.of(new ProcessEntry(new ProcessKey(17, 4242), 1, 5, 6, false)),
                ProcessEntry.parse("17 (a) Z 3 (b) S 1" + REST));
    }

    @Test
    void aZombieHasEnded() {
        assertTrue(ProcessEntry.parse("17 (sh) Z 1" + REST).orElseThrow().ended());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\n", "17 (sh) S 1 5 6\n", "17 (sh) S 1 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 42"})
    void aLineThatIsNotWholeIsNone(String line) {
        assertEquals(Optional.empty(), ProcessEntry.parse(line));
    }

    @Test
    void theExitCodeIsReadOnceItIsWhole() {
        assertEquals(OptionalInt.of(0), RunFolder.parseExit("exit   0\n      \n"));
        assertEquals(OptionalInt.of(143), RunFolder.parseExit("exit 143\n      \n"));
        assertEquals(OptionalInt.empty(), RunFolder.parseExit(" ".repeat(15) + "\n"));
        assertEquals(OptionalInt.empty(), RunFolder.parseExit("exit 143       \n"));
        assertEquals(OptionalInt.empty(), RunFolder.parseExit(""));
    }

    @Test
    void aTicketIsReadBackOrNotAtAll() {
        Ticket one = new Ticket("marker", "boot", Path.of("/sys/fs/cgroup/quark-x"), true);
        Ticket two = new Ticket("marker", "boot", null, false);

        assertEquals(Optional.of(one), Ticket.parse(one.text()));
        assertEquals(Optional.of(two), Ticket.parse(two.text()));
        assertEquals(
                Optional.empty(),
                Ticket.parse(one.text().substring(0, one.text().length() - 1)));
        assertEquals(Optional.empty(), Ticket.parse(""));
    }

    @Test
    void quarksCgroupIsWhereTheMountShowsIt() {
        String hybrid = """
                40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd
                41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw
                """;
        assertEquals(Path.of("/sys/fs/cgroup/unified"), Cgroups.home(hybrid, "9:name=systemd:/x\n0::/\n"));
        assertEquals(
                Path.of("/sys/fs/cgroup/unified/system.slice/quark.service"),
                Cgroups.home(hybrid, "0::/system.slice/quark.service\n"));
        String container = "41 31 0:38 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n";
        assertEquals(Path.of("/sys/fs/cgroup/in"), Cgroups.home(container, "0::/docker/abc/in\n"));
        assertEquals(Path.of("/sys/fs/cgroup"), Cgroups.home(container, "0::/docker/abc\n"));
        assertNull(Cgroups.home(container, "0::/docker/abcd\n"));
        assertNull(Cgroups.home(container, "0::/../other\n"));
        assertNull(Cgroups.home(hybrid, "1:name=systemd:/x\n"));
        assertNull(Cgroups.home("", "0::/\n"));
    }

    @Test
    void ofQuarksOwnVariablesOnlyTheListIsPassedOn() {
        CommandEnvironment environment = CommandEnvironment.of(
                Map.of("PATH", "/bin", "LC_TIME", "C", "SECRET_KEY", "x", "LD_PRELOAD", "x", "QUARK_RUN", "outer"),
                Map.of("PATH", Secret.of("/mine"), "A", Secret.of("1")),
                "marker",
                StandardCharsets.UTF_8);

        assertEquals(Map.of("PATH", "/mine", "LC_TIME", "C", "A", "1", "QUARK_RUN", "marker"), environment.variables());
        assertEquals(List.of(), environment.escaped());
    }

    @Test
    void whatJavaCannotHandOverIsEscaped() {
        CommandEnvironment environment = CommandEnvironment.of(
                Map.of(),
                Map.of("A", Secret.of("ä\\n%"), "B", Secret.of("plain \\ %")),
                "marker",
                StandardCharsets.US_ASCII);

        assertEquals(
                Map.of("A", "\\0303\\0244\\0134n%", "B", "plain \\ %", "QUARK_RUN", "marker"), environment.variables());
        assertEquals(List.of("A"), environment.escaped());
    }
}
