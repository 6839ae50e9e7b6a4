package dev.quark.core.metrics;

import dev.quark.core.event.QuarkEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How it is, and how much happened since the sample before.
 *
 * @param at when
 * @param system what the machine and the process show
 * @param rates what happened in each second
 * @param workload what there is to do; null where the database doesn't answer
 * @param webSocketClients how many clients of WebSockets there are
 */
public record SystemSample(
        Instant at,
        SystemReading system,
        Rates rates,
        @Nullable Workload workload,
        int webSocketClients) {

    /** Somebody watches: this is how it is now. */
    public record Taken(SystemSample sample) implements QuarkEvent {}

    /**
     * What happened in each second between two readings; NaN where that isn't known.
     *
     * @param cpuLoad which part of all processors' time they worked, 0 to 1
     * @param processCpuLoad which part of it they worked for this process, 0 to 1
     * @param diskReadBytes read from all disks
     * @param diskWrittenBytes written to all disks
     * @param networkReceivedBytes received from others
     * @param networkSentBytes sent to others
     */
    public record Rates(
            double cpuLoad,
            double processCpuLoad,
            double diskReadBytes,
            double diskWrittenBytes,
            double networkReceivedBytes,
            double networkSentBytes) {

        /** Nothing is known: there was no reading before. */
        static final Rates UNKNOWN = new Rates(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

        static Rates between(SystemReading before, SystemReading now, double seconds) {
            double processors = Math.max(1, now.cpu().processors());
            double total = rate(before.cpu().totalMillis(), now.cpu().totalMillis(), 1);
            return new Rates(
                    part(rate(before.cpu().busyMillis(), now.cpu().busyMillis(), 1), total),
                    part(rate(before.process().cpuMillis(), now.process().cpuMillis(), 1), seconds * 1000 * processors),
                    rate(before.disk().readBytes(), now.disk().readBytes(), seconds),
                    rate(before.disk().writtenBytes(), now.disk().writtenBytes(), seconds),
                    rate(before.network().receivedBytes(), now.network().receivedBytes(), seconds),
                    rate(before.network().sentBytes(), now.network().sentBytes(), seconds));
        }

        /** A disk or an interface that went takes its count with it. */
        private static double rate(long before, long now, double seconds) {
            return before < 0 || now < before || seconds <= 0 ? Double.NaN : (now - before) / seconds;
        }

        private static double part(double some, double all) {
            return all > 0 ? Math.min(1, some / all) : Double.NaN;
        }
    }
}
