package dev.quark.core.metrics;

/**
 * What the machine and the process show at one moment. What counts up does so since the machine's start, or the process's.
 * What isn't known is -1.
 *
 * @param cpu the processors
 * @param memory the machine's memory
 * @param disk the disk that holds the data folder, and the traffic of all disks
 * @param network the traffic of all interfaces to others
 * @param process this process
 */
public record SystemReading(Cpu cpu, Memory memory, Disk disk, Network network, OwnProcess process) {

    /**
     * The processors.
     *
     * @param processors how many this process may use
     * @param busyMillis how long they worked, all together
     * @param totalMillis how long they worked or were idle, all together
     * @param load the load average of the last minute
     */
    public record Cpu(int processors, long busyMillis, long totalMillis, double load) {}

    /**
     * Memory.
     *
     * @param totalBytes how much there is
     * @param availableBytes how much programs can still get
     * @param swapTotalBytes how much may be swapped out
     * @param swapUsedBytes how much is
     */
    public record Memory(long totalBytes, long availableBytes, long swapTotalBytes, long swapUsedBytes) {

        /** How much is in use. */
        public long usedBytes() {
            return totalBytes < 0 || availableBytes < 0 ? -1 : totalBytes - availableBytes;
        }
    }

    /**
     * Disks.
     *
     * @param totalBytes how much the data folder's disk holds
     * @param freeBytes how much of it this process may still use
     * @param readBytes how much was read from all disks
     * @param writtenBytes how much was written to them
     */
    public record Disk(long totalBytes, long freeBytes, long readBytes, long writtenBytes) {}

    /**
     * Network traffic.
     *
     * @param receivedBytes how much came
     * @param sentBytes how much went
     */
    public record Network(long receivedBytes, long sentBytes) {}

    /**
     * This process.
     *
     * @param cpuMillis how long it made processors work
     * @param residentBytes how much of the machine's memory it has
     * @param heapUsedBytes how much of its heap is in use
     * @param heapCommittedBytes how large its heap is
     * @param heapMaxBytes how large that may become
     * @param threads how many threads of the system it has
     */
    public record OwnProcess(
            long cpuMillis,
            long residentBytes,
            long heapUsedBytes,
            long heapCommittedBytes,
            long heapMaxBytes,
            int threads) {}
}
