package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.metrics.SystemReading;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcSystemProbeTest {

    @TempDir
    private Path folder;

    private void file(String name, String text) throws IOException {
        Path file = folder.resolve("proc").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private SystemReading read() {
        return new ProcSystemProbe(folder.resolve("proc"), folder.resolve("block"), folder).read();
    }

    @Test
    void readsThisMachine() {
        SystemReading now = new ProcSystemProbe(folder).read();
        var bean = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        assertEquals(Runtime.getRuntime().availableProcessors(), now.cpu().processors());
        assertTrue(
                now.cpu().busyMillis() > 0 && now.cpu().busyMillis() < now.cpu().totalMillis());
        assertTrue(now.cpu().load() >= 0);
        assertTrue(now.memory().usedBytes() > 0 && now.memory().availableBytes() > 0);
        assertTrue(now.memory().swapUsedBytes() >= 0);
        assertTrue(now.disk().freeBytes() > 0
                && now.disk().freeBytes() < now.disk().totalBytes());
        // Read before and after: what lies between is what it used meanwhile.
        long millis = bean.getProcessCpuTime() / 1_000_000;
        assertTrue(now.process().cpuMillis() > 0 && now.process().cpuMillis() <= millis + 20);
        assertTrue(now.process().residentBytes() > 10 << 20);
        assertTrue(now.process().heapUsedBytes() > 0
                && now.process().heapUsedBytes() <= now.process().heapCommittedBytes()
                && now.process().heapCommittedBytes() <= now.process().heapMaxBytes());
        assertTrue(now.process().threads() > 1);
    }

    @Test
    void countsDisksOnceAndOnlyWhatGoesToOtherMachines() throws Exception {
        Files.createDirectories(folder.resolve("block/sda"));
        Files.createDirectories(folder.resolve("block/dm-0"));
        file("stat", "cpu  100 20 30 400 50 6 7 8 90 0\ncpu0 1 2 3 4 5 6 7 8 9 0\nintr 1\n");
        file("loadavg", "1.25 0.80 0.60 2/345 6789\n");
        file(
                "meminfo",
                "MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 400 kB\nSwapTotal: 50 kB\nSwapFree: 20 kB\n");
        file("diskstats", """
                   8       0 sda 5 0 100 0 7 0 300 0 0 0 0
                   8       1 sda1 5 0 100 0 7 0 300 0 0 0 0
                 253       0 dm-0 5 0 100 0 7 0 300 0 0 0 0
                   7       0 loop0 5 0 100 0 7 0 300 0 0 0 0
                """);
        file("net/dev", """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                    lo: 9000 1 0 0 0 0 0 0 9000 1 0 0 0 0 0 0
                  eth0: 4000 1 0 0 0 0 0 0 600 1 0 0 0 0 0 0
                 wlan0: 10 1 0 0 0 0 0 0 20 1 0 0 0 0 0 0
                docker0: 500 1 0 0 0 0 0 0 500 1 0 0 0 0 0 0
                """);
        file("self/stat", "42 (a (strange) name) S 1 42 42 0 -1 0 0 0 0 0 250 50 0 0 20 0 9 0 0");
        file("self/status", "Name:\tjava\nVmRSS:\t  2048 kB\nThreads:\t17\n");
        SystemReading now = read();
        assertEquals(new SystemReading.Cpu(Runtime.getRuntime().availableProcessors(), 1710, 6210, 1.25), now.cpu());
        assertEquals(new SystemReading.Memory(1000 << 10, 400 << 10, 50 << 10, 30 << 10), now.memory());
        assertEquals(100 * 512, now.disk().readBytes());
        assertEquals(300 * 512, now.disk().writtenBytes());
        assertEquals(new SystemReading.Network(4010, 620), now.network());
        assertEquals(3000, now.process().cpuMillis());
        assertEquals(2 << 20, now.process().residentBytes());
        assertEquals(17, now.process().threads());
    }

    @Test
    void whatAContainerHidesIsUnknown() {
        SystemReading now = read();
        assertEquals(-1, now.cpu().busyMillis());
        assertEquals(-1, now.cpu().load());
        assertEquals(-1, now.memory().usedBytes());
        assertEquals(-1, now.memory().swapUsedBytes());
        assertEquals(-1, now.disk().readBytes());
        assertEquals(-1, now.network().sentBytes());
        assertEquals(-1, now.process().cpuMillis());
        assertEquals(-1, now.process().residentBytes());
        assertEquals(-1, now.process().threads());
        assertTrue(now.process().heapUsedBytes() > 0);
    }
}
