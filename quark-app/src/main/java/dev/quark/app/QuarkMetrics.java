package dev.quark.app;

import dev.quark.core.deployment.DeploymentStatus;
import dev.quark.core.metrics.DeploymentCounts;
import dev.quark.core.metrics.RequestCounts;
import dev.quark.core.metrics.SystemSample;
import dev.quark.core.metrics.SystemSampler;
import dev.quark.core.metrics.Workload;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.requestlog.RequestLog;
import dev.quark.persistence.DatabaseFigures;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Everything that QUARK measures, read when Prometheus asks for it: docs/metrics.md describes each. */
final class QuarkMetrics {

    private final RequestCounts requests;
    private final DeploymentCounts deployments;
    private final SystemSampler system;
    private final Supplier<DatabaseFigures> database;
    private final @Nullable RequestLog requestLog;
    private final @Nullable ServiceMetrics services;

    QuarkMetrics(
            RequestCounts requests,
            DeploymentCounts deployments,
            SystemSampler system,
            Supplier<DatabaseFigures> database,
            @Nullable RequestLog requestLog,
            @Nullable ServiceMetrics services) {
        this.requests = requests;
        this.deployments = deployments;
        this.system = system;
        this.database = database;
        this.requestLog = requestLog;
        this.services = services;
    }

    MetricSnapshots collect() {
        MetricFamilies to = new MetricFamilies();
        SystemSample sample = system.current();
        try (var info = to.gauge("quark_build_info", "Which QUARK this is, and on which Java it runs")) {
            info.is(1, "version", QuarkCommand.Version.of(), "java", String.valueOf(Runtime.version()));
        }
        requests(to);
        deployments(to, sample.workload(), sample.at());
        try (var clients = to.gauge("quark_websocket_clients", "Clients of WebSockets")) {
            clients.is(sample.webSocketClients());
        }
        if (requestLog != null) {
            requestLog(to, requestLog);
        }
        database(to);
        if (services != null) {
            services.collect(to);
        }
        SystemMetrics.collect(to, sample.system());
        return to.build();
    }

    private void requests(MetricFamilies to) {
        try (var counted = to.counter("quark_http_requests", "Requests to the API that have ended")) {
            requests.counts()
                    .forEach((key, count) -> counted.is(
                            count,
                            "method",
                            key.route().method(),
                            "route",
                            key.route().endpoint(),
                            "status",
                            Integer.toString(key.status())));
        }
        try (var took = to.durations("quark_http_request_duration_seconds", "How long requests to the API took")) {
            requests.durations()
                    .forEach((route, histogram) ->
                            took.are(histogram, "method", route.method(), "route", route.endpoint()));
        }
    }

    private void deployments(MetricFamilies to, @Nullable Workload workload, Instant now) {
        try (var ended = to.counter("quark_deployments_ended", "Deployments that this process brought to an end");
                var took = to.durations(
                        "quark_deployment_duration_seconds", "How long deployments ran that this process ended")) {
            for (DeploymentStatus status : DeploymentStatus.values()) {
                if (status.isFinal()) {
                    ended.is(deployments.ended(status), "status", status.label());
                    took.are(deployments.durations(status), "status", status.label());
                }
            }
        }
        if (workload != null) {
            workload(to, workload, now);
        }
    }

    private static void workload(MetricFamilies to, Workload workload, Instant now) {
        try (var stored = to.gauge("quark_deployments", "Deployments in the database by status")) {
            for (Map.Entry<DeploymentStatus, Long> entry :
                    workload.deployments().entrySet()) {
                stored.is(entry.getValue(), "status", entry.getKey().label());
            }
        }
        try (var depth = to.gauge("quark_queue_depth", "Deployments that wait for their turn")) {
            depth.is(workload.queued());
        }
        try (var oldest = to.gauge("quark_queue_oldest_seconds", "How long the oldest of them has waited")) {
            Instant since = workload.oldestQueued();
            oldest.is(
                    since == null ? 0 : Math.max(0, Duration.between(since, now).toMillis() / 1000.0));
        }
        try (var awaiting =
                to.gauge("quark_queue_awaiting_checks", "Deployments that wait for their commit's checks")) {
            awaiting.is(workload.awaitingChecks());
        }
        try (var untold =
                to.gauge("quark_outbox_depth", "Deployments of which GitHub is still to be told the status")) {
            untold.is(workload.untold());
        }
    }

    private static void requestLog(MetricFamilies to, RequestLog log) {
        try (var recorded = to.counter("quark_request_log_recorded", "Requests that were logged")) {
            recorded.is(log.recorded());
        }
        try (var dropped = to.counter("quark_request_log_dropped", "Requests that could not be logged")) {
            dropped.is(log.dropped());
        }
    }

    private void database(MetricFamilies to) {
        DatabaseFigures figures = null;
        try {
            figures = database.get();
        } catch (UnavailableException e) {
            // The gauge says so.
        }
        try (var up = to.gauge("quark_database_up", "Whether the database answers")) {
            up.is(figures == null ? 0 : 1);
        }
        if (figures != null) {
            database(to, figures);
        }
    }

    private static void database(MetricFamilies to, DatabaseFigures figures) {
        try (var size = to.gauge("quark_database_size_bytes", "How large the database is")) {
            size.is(figures.bytes());
        }
        try (var log = to.gauge("quark_database_wal_bytes", "How large SQLite's write-ahead log is")) {
            log.is(figures.walBytes());
        }
        try (var waiting = to.gauge("quark_database_writes_waiting", "Writes that wait for SQLite's one writer")) {
            waiting.is(figures.writesWaiting());
        }
        DatabaseFigures.Pool pool = figures.pool();
        try (var open =
                to.gauge("quark_database_connections", "Connections to the database; of SQLite those that read")) {
            open.is(pool.active(), "state", "active").is(pool.idle(), "state", "idle");
        }
        try (var most = to.gauge("quark_database_connections_max", "How many of them there may be")) {
            most.is(pool.most());
        }
        try (var waiting = to.gauge("quark_database_connections_waiting", "Threads that wait for one of them")) {
            waiting.is(pool.waiting());
        }
    }
}
