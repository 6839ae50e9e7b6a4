package dev.quark.core.service;

import dev.quark.core.config.ConfigId;
import dev.quark.core.log.LiveLogs;
import dev.quark.core.log.LogId;
import dev.quark.core.log.LogStore;
import dev.quark.core.log.LogStream;
import dev.quark.core.log.LogWriter;
import dev.quark.core.log.OutputLog;
import dev.quark.core.log.SpoolPosition;
import dev.quark.core.process.RunId;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The one log of a config's app, written to by all its instances. Safe for use by many threads. */
final class ServiceLog implements AutoCloseable {

    private final LogId id;
    private final LiveLogs logs;
    private final LogStore store;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable LogWriter writer;

    ServiceLog(ConfigId config, LiveLogs logs, LogStore store, Clock clock) {
        this.id = new LogId(config.value());
        this.logs = logs;
        this.store = store;
        this.clock = clock;
    }

    /** Where a run's output is stored. */
    OutputLog of(RunId run) {
        return new RunLog(run, store.position(id, run.value()));
    }

    /** Stores a line of QUARK's own. */
    void note(String text) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        append(List.of(new LogWriter.Text(LogStream.SYSTEM, text)), now, SpoolPosition.START, null);
    }

    private void append(List<LogWriter.Text> texts, Instant at, SpoolPosition after, @Nullable RunId run) {
        lock.lock();
        try {
            LogWriter open = writer == null ? logs.write(id) : writer;
            // One that failed doesn't know how the log ends.
            writer = null;
            try {
                open.append(texts, at, after, run == null ? null : run.value());
                writer = open;
            } finally {
                if (writer == null) {
                    open.close();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private int readers() {
        lock.lock();
        try {
            return writer == null ? 0 : writer.readers();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (writer != null) {
                writer.close();
                writer = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private final class RunLog implements OutputLog {

        private final RunId run;
        private SpoolPosition position;

        RunLog(RunId run, SpoolPosition position) {
            this.run = run;
            this.position = position;
        }

        @Override
        public SpoolPosition position() {
            return position;
        }

        @Override
        public void append(List<LogWriter.Text> texts, Instant at, SpoolPosition after) {
            if (!texts.isEmpty()) {
                ServiceLog.this.append(texts, at, after, run);
                position = after;
            }
        }

        @Override
        public int readers() {
            return ServiceLog.this.readers();
        }
    }
}
