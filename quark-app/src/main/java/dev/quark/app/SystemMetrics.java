package dev.quark.app;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.quark.core.metrics.SystemReading;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** The machine and the process, as Prometheus' own exporters name them where they do. */
final class SystemMetrics {

    private SystemMetrics() {}

    static void collect(MetricFamilies to, SystemReading now) {
        machine(to, now);
        try (var read = to.counter("system_disk_read_bytes", "Read from all disks")) {
            read.is(now.disk().readBytes());
        }
        try (var written = to.counter("system_disk_written_bytes", "Written to all disks")) {
            written.is(now.disk().writtenBytes());
        }
        try (var size = to.gauge("quark_data_disk_size_bytes", "How much the disk of DATA_DIR holds")) {
            size.is(now.disk().totalBytes());
        }
        try (var free = to.gauge("quark_data_disk_free_bytes", "How much of it QUARK may still use")) {
            free.is(now.disk().freeBytes());
        }
        try (var received = to.counter("system_network_received_bytes", "Received from other machines")) {
            received.is(now.network().receivedBytes());
        }
        try (var sent = to.counter("system_network_sent_bytes", "Sent to other machines")) {
            sent.is(now.network().sentBytes());
        }
        process(to, now.process());
        garbage(to);
    }

    private static void machine(MetricFamilies to, SystemReading now) {
        SystemReading.Cpu cpu = now.cpu();
        try (var count = to.gauge("system_cpus", "Processors that QUARK may use")) {
            count.is(cpu.processors());
        }
        try (var time = to.counter("system_cpu_seconds", "How long the machine's processors worked or were idle")) {
            time.is(cpu.busyMillis() / 1000.0, "mode", "busy")
                    .is((cpu.totalMillis() - cpu.busyMillis()) / 1000.0, "mode", "idle");
        }
        try (var load = to.gauge("system_load_average_1m", "The load average of the last minute")) {
            load.is(cpu.load());
        }
        SystemReading.Memory memory = now.memory();
        try (var size = to.gauge("system_memory_size_bytes", "How much memory the machine has")) {
            size.is(memory.totalBytes());
        }
        try (var available = to.gauge("system_memory_available_bytes", "How much of it programs can still get")) {
            available.is(memory.availableBytes());
        }
        try (var size = to.gauge("system_swap_size_bytes", "How much may be swapped out")) {
            size.is(memory.swapTotalBytes());
        }
        try (var used = to.gauge("system_swap_used_bytes", "How much is swapped out")) {
            used.is(memory.swapUsedBytes());
        }
    }

    private static void process(MetricFamilies to, SystemReading.OwnProcess process) {
        try (var cpu = to.counter("process_cpu_seconds", "How long QUARK made processors work")) {
            cpu.is(process.cpuMillis() / 1000.0);
        }
        try (var memory = to.gauge("process_resident_memory_bytes", "How much memory QUARK has")) {
            memory.is(process.residentBytes());
        }
        try (var threads = to.gauge("process_threads", "How many threads of the system QUARK has")) {
            threads.is(process.threads());
        }
        try (var start = to.gauge("process_start_time_seconds", "When QUARK was started, in seconds since 1970")) {
            start.is(ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0);
        }
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            try (var open = to.gauge("process_open_fds", "How many files and connections QUARK has open")) {
                open.is(unix.getOpenFileDescriptorCount());
            }
            try (var most = to.gauge("process_max_fds", "How many it may have open")) {
                most.is(unix.getMaxFileDescriptorCount());
            }
        }
    }

    /** Micrometer's counts begin with the first scrape; the beans' don't. */
    private static void garbage(MetricFamilies to) {
        try (var runs = to.counter("jvm_gc_collections", "How often the collector ran");
                var time = to.counter("jvm_gc_collection_seconds", "How long it ran")) {
            for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
                runs.is(collector.getCollectionCount(), "gc", collector.getName());
                time.is(collector.getCollectionTime() / 1000.0, "gc", collector.getName());
            }
        }
    }
}
