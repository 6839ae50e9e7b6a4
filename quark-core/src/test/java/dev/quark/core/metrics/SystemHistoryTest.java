package dev.quark.core.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.deployment.DeploymentStatus;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SystemHistoryTest {

    private static final Instant BEGIN = Instant.parse("2026-11-25T00:00:00Z");

    private final SystemHistory history = new SystemHistory();

    private static SystemSample sample(int number) {
        SystemReading reading = new SystemReading(
                new SystemReading.Cpu(2, -1, -1, -1),
                new SystemReading.Memory(1000 + number, 1000, 0, 0),
                new SystemReading.Disk(0, 0, 0, 0),
                new SystemReading.Network(0, 0),
                new SystemReading.OwnProcess(0, 0, 0, 0, 0, number));
        return new SystemSample(
                BEGIN.plus(SystemHistory.STEP.multipliedBy(number)),
                reading,
                SystemSample.Rates.UNKNOWN,
                new Workload(Map.of(DeploymentStatus.IN_PROGRESS, 3L), 7, BEGIN, 0, 0),
                2);
    }

    @Test
    void hasNothingAtFirst() {
        assertEquals(0, history.since(Instant.EPOCH).size());
    }

    @Test
    void keepsADayAndForgetsWhatIsOlder() {
        assertEquals(8640, SystemHistory.MOST);
        for (int i = 0; i < SystemHistory.MOST + 100; i++) {
            history.add(sample(i));
        }
        SystemHistory.Excerpt day = history.since(Instant.EPOCH);
        assertEquals(SystemHistory.MOST, day.size());
        for (int i = 0; i < day.size(); i++) {
            assertEquals(sample(i + 100).at().toEpochMilli(), day.time(i));
            assertEquals(i + 100, day.value(Figure.THREADS, i));
        }
    }

    @Test
    void givesWhatIsAsked() {
        for (int i = 0; i < 10; i++) {
            history.add(sample(i));
        }
        SystemHistory.Excerpt end = history.since(sample(7).at());
        assertEquals(3, end.size());
        assertEquals(7, end.value(Figure.MEMORY_USED_BYTES, 0));
        assertEquals(9, end.value(Figure.MEMORY_USED_BYTES, 2));
        assertEquals(7, end.value(Figure.QUEUE_DEPTH, 0));
        assertEquals(3, end.value(Figure.RUNNING, 0));
        assertEquals(2, end.value(Figure.WEBSOCKET_CLIENTS, 0));
        assertEquals(0, history.since(sample(10).at()).size());
    }

    @Test
    void whatIsNotKnownIsNoNumber() {
        history.add(sample(1));
        SystemHistory.Excerpt one = history.since(Instant.EPOCH);
        assertTrue(Float.isNaN(one.value(Figure.CPU_LOAD, 0)));
        assertTrue(Float.isNaN(one.value(Figure.LOAD_AVERAGE, 0)));
    }
}
