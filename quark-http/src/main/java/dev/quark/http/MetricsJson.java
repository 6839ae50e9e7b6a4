package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.metrics.Figure;
import dev.quark.core.metrics.SystemHistory;
import dev.quark.core.metrics.SystemReading;
import dev.quark.core.metrics.SystemSample;
import dev.quark.core.metrics.Workload;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Samples of the machine, the process and the work; what isn't known is null. */
final class MetricsJson {

    private MetricsJson() {}

    /** The members of a sample. */
    static void members(JsonGenerator json, SystemSample sample) throws IOException {
        Json.time(json, "at", sample.at());
        machine(json, sample.system(), sample.rates());
        process(json, sample.system().process(), sample.rates());
        workload(json, sample.workload(), sample.at());
        json.writeNumberField("websocket_clients", sample.webSocketClients());
    }

    private static void machine(JsonGenerator json, SystemReading system, SystemSample.Rates rates) throws IOException {
        json.writeObjectFieldStart("cpu");
        json.writeNumberField("processors", system.cpu().processors());
        number(json, "load", rates.cpuLoad());
        number(json, "load_average", system.cpu().load());
        json.writeEndObject();
        json.writeObjectFieldStart("memory");
        bytes(json, "total_bytes", system.memory().totalBytes());
        bytes(json, "used_bytes", system.memory().usedBytes());
        bytes(json, "available_bytes", system.memory().availableBytes());
        bytes(json, "swap_total_bytes", system.memory().swapTotalBytes());
        bytes(json, "swap_used_bytes", system.memory().swapUsedBytes());
        json.writeEndObject();
        json.writeObjectFieldStart("disk");
        bytes(json, "total_bytes", system.disk().totalBytes());
        bytes(json, "free_bytes", system.disk().freeBytes());
        number(json, "read_bytes_per_second", rates.diskReadBytes());
        number(json, "written_bytes_per_second", rates.diskWrittenBytes());
        json.writeEndObject();
        json.writeObjectFieldStart("network");
        bytes(json, "received_bytes", system.network().receivedBytes());
        bytes(json, "sent_bytes", system.network().sentBytes());
        number(json, "received_bytes_per_second", rates.networkReceivedBytes());
        number(json, "sent_bytes_per_second", rates.networkSentBytes());
        json.writeEndObject();
    }

    private static void process(JsonGenerator json, SystemReading.OwnProcess process, SystemSample.Rates rates)
            throws IOException {
        json.writeObjectFieldStart("process");
        number(json, "cpu_load", rates.processCpuLoad());
        bytes(json, "resident_bytes", process.residentBytes());
        bytes(json, "heap_used_bytes", process.heapUsedBytes());
        bytes(json, "heap_committed_bytes", process.heapCommittedBytes());
        bytes(json, "heap_max_bytes", process.heapMaxBytes());
        bytes(json, "threads", process.threads());
        json.writeEndObject();
    }

    private static void workload(JsonGenerator json, @Nullable Workload workload, Instant now) throws IOException {
        json.writeFieldName("deployments");
        if (workload == null) {
            json.writeNull();
            json.writeNullField("queue");
            return;
        }
        json.writeStartObject();
        for (DeploymentStatus status : DeploymentStatus.values()) {
            json.writeNumberField(status.label(), workload.count(status));
        }
        json.writeEndObject();
        json.writeObjectFieldStart("queue");
        json.writeNumberField("depth", workload.queued());
        Instant oldest = workload.oldestQueued();
        number(json, "oldest_seconds", oldest == null ? 0 : age(oldest, now));
        json.writeNumberField("awaiting_checks", workload.awaitingChecks());
        json.writeEndObject();
    }

    /** The clock of another node may be ahead. */
    private static double age(Instant since, Instant now) {
        return Math.max(0, Duration.between(since, now).toMillis() / 1000.0);
    }

    /** The samples, each figure's in an array of its own. */
    static void history(JsonGenerator json, SystemHistory.Excerpt past) throws IOException {
        json.writeObjectFieldStart("history");
        json.writeNumberField("step_seconds", SystemHistory.STEP.toSeconds());
        json.writeArrayFieldStart("at");
        for (int i = 0; i < past.size(); i++) {
            json.writeString(Json.TIME.format(Instant.ofEpochMilli(past.time(i))));
        }
        json.writeEndArray();
        for (Figure figure : Figure.values()) {
            json.writeArrayFieldStart(figure.label());
            for (int i = 0; i < past.size(); i++) {
                value(json, past.value(figure, i));
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void bytes(JsonGenerator json, String name, long value) throws IOException {
        Json.number(json, name, value < 0 ? null : value);
    }

    private static void number(JsonGenerator json, String name, double value) throws IOException {
        json.writeFieldName(name);
        value(json, value < 0 ? Double.NaN : value);
    }

    /** Parts with four places, whole numbers where they are large. */
    private static void value(JsonGenerator json, double value) throws IOException {
        if (Double.isNaN(value)) {
            json.writeNull();
        } else if (value >= 1000 || value == Math.rint(value)) {
            json.writeNumber(Math.round(value));
        } else {
            json.writeNumber(Math.round(value * 10_000) / 10_000.0);
        }
    }
}
