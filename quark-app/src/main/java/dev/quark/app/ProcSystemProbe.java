package dev.quark.app;

import dev.quark.core.metrics.SystemProbe;
import dev.quark.core.metrics.SystemReading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The machine and the process as Linux's {@code /proc} shows them: seven small files. A library, and the JVM's own beans
 * too, would cost an idle server more memory than all else that it measures.
 */
final class ProcSystemProbe implements SystemProbe {

    /** The kernel shows times in these to programs, whatever its own clock is. */
    private static final long MILLIS_PER_TICK = 10;

    private static final long SECTOR = 512;

    /** What isn't a disk of its own: memory, files, and what lies on disks that are counted themselves. */
    private static final List<String> NO_DISKS = List.of("loop", "ram", "zram", "dm-", "md", "sr", "fd");

    /** Inside this machine: what goes through these goes through others too, or to nobody else. */
    private static final List<String> NO_NETWORKS = List.of("lo", "veth", "docker", "br-", "virbr", "ifb", "tap");

    private final Path proc;
    private final Path blocks;
    private final Path dataDir;

    ProcSystemProbe(Path dataDir) {
        this(Path.of("/proc"), Path.of("/sys/block"), dataDir);
    }

    ProcSystemProbe(Path proc, Path blocks, Path dataDir) {
        this.proc = proc;
        this.blocks = blocks;
        this.dataDir = dataDir;
    }

    @Override
    public SystemReading read() {
        return new SystemReading(cpu(), memory(), disk(), network(), process());
    }

    private SystemReading.Cpu cpu() {
        int processors = Runtime.getRuntime().availableProcessors();
        double load = words("loadavg")
                .map(words -> Double.parseDouble(words[0]))
                .findFirst()
                .orElse(-1.0);
        // user, nice, system, idle, iowait, irq, softirq, steal; guests are in user already.
        return words("stat")
                .filter(words -> words[0].equals("cpu") && words.length > 8)
                .map(words -> {
                    long idle = millis(words[4]) + millis(words[5]);
                    long busy = millis(words[1])
                            + millis(words[2])
                            + millis(words[3])
                            + millis(words[6])
                            + millis(words[7])
                            + millis(words[8]);
                    return new SystemReading.Cpu(processors, busy, busy + idle, load);
                })
                .findFirst()
                .orElse(new SystemReading.Cpu(processors, -1, -1, load));
    }

    private SystemReading.Memory memory() {
        Map<String, Long> known = kibibytes("meminfo");
        long swap = known.getOrDefault("SwapTotal:", -1L);
        return new SystemReading.Memory(
                known.getOrDefault("MemTotal:", -1L),
                known.getOrDefault("MemAvailable:", -1L),
                swap,
                swap < 0 ? -1 : swap - known.getOrDefault("SwapFree:", swap));
    }

    private SystemReading.Disk disk() {
        long total = -1;
        long free = -1;
        try {
            FileStore store = Files.getFileStore(dataDir);
            total = store.getTotalSpace();
            free = store.getUsableSpace();
        } catch (IOException e) {
            // Not known, then.
        }
        List<String[]> disks = words("diskstats")
                .filter(words -> words.length > 9
                        && NO_DISKS.stream().noneMatch(words[2]::startsWith)
                        // A partition is counted with its disk.
                        && Files.exists(blocks.resolve(words[2])))
                .toList();
        return new SystemReading.Disk(total, free, sum(disks, 5, SECTOR), sum(disks, 9, SECTOR));
    }

    private SystemReading.Network network() {
        List<String[]> interfaces = words("net/dev")
                .filter(words -> words.length > 9
                        && words[0].endsWith(":")
                        && NO_NETWORKS.stream().noneMatch(words[0]::startsWith))
                .toList();
        return new SystemReading.Network(sum(interfaces, 1, 1), sum(interfaces, 9, 1));
    }

    private SystemReading.OwnProcess process() {
        Runtime runtime = Runtime.getRuntime();
        long committed = runtime.totalMemory();
        int threads = words("self/status")
                .filter(words -> words[0].equals("Threads:"))
                .map(words -> Integer.parseInt(words[1]))
                .findFirst()
                .orElse(-1);
        return new SystemReading.OwnProcess(
                processMillis(),
                kibibytes("self/status").getOrDefault("VmRSS:", -1L),
                committed - runtime.freeMemory(),
                committed,
                runtime.maxMemory(),
                threads);
    }

    /** The name, in parentheses, may hold anything; what counts comes after it. */
    private long processMillis() {
        String stat = text("self/stat");
        String[] words = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return words.length > 12 ? millis(words[11]) + millis(words[12]) : -1;
    }

    private Map<String, Long> kibibytes(String file) {
        return words(file)
                .filter(words -> words.length == 3 && words[2].equals("kB"))
                .collect(Collectors.toMap(words -> words[0], words -> Long.parseLong(words[1]) * 1024));
    }

    private static long sum(List<String[]> lines, int column, long unit) {
        return lines.isEmpty()
                ? -1
                : lines.stream()
                        .mapToLong(words -> Long.parseLong(words[column]) * unit)
                        .sum();
    }

    private static long millis(String ticks) {
        return Long.parseLong(ticks) * MILLIS_PER_TICK;
    }

    private Stream<String[]> words(String file) {
        return text(file).lines().map(line -> line.strip().split("\\s+", -1));
    }

    /** Empty where it can't be read: a container may hide some. */
    private String text(String file) {
        try {
            return new String(Files.readAllBytes(proc.resolve(file)), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
