package dev.quark.persistence;

import dev.quark.core.log.LogId;
import dev.quark.core.log.LogLine;
import dev.quark.core.testing.Samples;
import java.util.List;

/** Writes a million lines and reads them back in order; run in a JVM of its own. */
final class MillionLines {

    private static final int COUNT = 1_000_000;

    private MillionLines() {}

    public static void main(String[] args) {
        LogId log = new LogId(Samples.id());
        try (Persistence persistence =
                Persistence.open(Persistence.Settings.parse("sqlite:///" + args[0]), new TestBox())) {
            for (int first = 1; first <= COUNT; first += 2500) {
                persistence.logs().append(Samples.lines(log, first, first + 2499));
            }
            long seq = 0;
            List<LogLine> page = persistence.logs().read(log, 0, 10_000);
            while (!page.isEmpty()) {
                for (LogLine line : page) {
                    seq++;
                    if (!line.equals(Samples.line(seq, Samples.NOW))) {
                        throw new IllegalStateException("Line " + seq + " came back as " + line);
                    }
                }
                page = persistence.logs().read(log, seq, 10_000);
            }
            System.out.println("read " + seq);
        }
    }
}
