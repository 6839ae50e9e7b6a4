package dev.quark.core.metrics;

import dev.quark.core.deployment.DeploymentStatus;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What is kept of each sample for a day. */
public enum Figure {
    /** Which part of all processors' time they worked, 0 to 1. */
    CPU_LOAD(sample -> sample.rates().cpuLoad()),
    /** Which part of it they worked for QUARK's process, 0 to 1. */
    PROCESS_CPU_LOAD(sample -> sample.rates().processCpuLoad()),
    /** The load average of the last minute. */
    LOAD_AVERAGE(sample -> sample.system().cpu().load()),
    /** Memory of the machine that is in use. */
    MEMORY_USED_BYTES(sample -> sample.system().memory().usedBytes()),
    /** Room on the data folder's disk. */
    DISK_FREE_BYTES(sample -> sample.system().disk().freeBytes()),
    /** Read from all disks, a second. */
    DISK_READ_BYTES_PER_SECOND(sample -> sample.rates().diskReadBytes()),
    /** Written to all disks, a second. */
    DISK_WRITTEN_BYTES_PER_SECOND(sample -> sample.rates().diskWrittenBytes()),
    /** Received from others, a second. */
    NETWORK_RECEIVED_BYTES_PER_SECOND(sample -> sample.rates().networkReceivedBytes()),
    /** Sent to others, a second. */
    NETWORK_SENT_BYTES_PER_SECOND(sample -> sample.rates().networkSentBytes()),
    /** Memory that QUARK's process has. */
    RESIDENT_BYTES(sample -> sample.system().process().residentBytes()),
    /** How much of its heap is in use. */
    HEAP_USED_BYTES(sample -> sample.system().process().heapUsedBytes()),
    /** How many threads of the system it has. */
    THREADS(sample -> sample.system().process().threads()),
    /** Deployments that wait for their turn. */
    QUEUE_DEPTH(sample -> sample.workload() == null ? -1 : sample.workload().queued()),
    /** Deployments that run. */
    RUNNING(sample -> sample.workload() == null ? -1 : sample.workload().count(DeploymentStatus.IN_PROGRESS)),
    /** Clients of WebSockets. */
    WEBSOCKET_CLIENTS(SystemSample::webSocketClients);

    @SuppressWarnings("ImmutableEnumChecker") // a function without a state
    private final ToDoubleFunction<SystemSample> value;

    Figure(ToDoubleFunction<SystemSample> value) {
        this.value = value;
    }

    /** The figure as the API spells it: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** NaN where it isn't known. */
    float of(SystemSample sample) {
        double known = value.applyAsDouble(sample);
        return known < 0 ? Float.NaN : (float) known;
    }
}
