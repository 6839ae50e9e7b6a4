package dev.quark.http;

import dev.quark.core.metrics.SystemProbe;
import dev.quark.core.metrics.SystemReading;
import java.util.concurrent.atomic.AtomicInteger;

/** A machine with a network that nobody can look at. */
final class FakeProbe implements SystemProbe {

    final AtomicInteger readings = new AtomicInteger();

    @Override
    public SystemReading read() {
        int number = readings.incrementAndGet();
        return new SystemReading(
                new SystemReading.Cpu(2, 500L * number, 2000L * number, 0.25),
                new SystemReading.Memory(4000, 1000, 0, 0),
                new SystemReading.Disk(10_000, 2500, 100, 200),
                new SystemReading.Network(-1, -1),
                new SystemReading.OwnProcess(10L * number, 150, 60, 70, 190, 33));
    }
}
