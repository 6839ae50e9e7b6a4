package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a real server shows to Prometheus. */
@Timeout(300)
class MetricsTest {

    private static final Pattern NAME = Pattern.compile("(?m)^\\| `([a-z_0-9]+)`");

    /** Of a service, which this server has none of. */
    private static final Set<String> OF_SERVICES = Set.of(
            "quark_router_up",
            "quark_service_instances",
            "quark_service_responses_total",
            "quark_service_server_errors_total",
            "quark_service_failures_total");

    @TempDir
    private Path folder;

    @Test
    void everythingIsCountedFromTheStartAndTheManualNamesIt() throws Exception {
        GitFixture repository = GitFixture.create(folder, "echo done\n");
        try (QuarkProcess quark = QuarkProcess.start(folder, Map.of("PROXY_PORT", "0"))) {
            quark.deploys(repository, Map.of());
            String id = quark.push(repository, repository.head())
                    .path("deployment_id")
                    .asText();
            assertEquals("completed", quark.awaitEnd(id).path("status").asText());
            for (int i = 0; i < 5; i++) {
                quark.send("GET", "/nowhere/" + i, null);
            }

            // The first scrape: nothing that happened before is lost.
            Exposition first = scrapeOnce(
                    quark,
                    metrics -> pushes(metrics) == 1
                            && unrouted(metrics) == 5
                            && metrics.value("quark_request_log_recorded_total") > 0
                            && metrics.value("quark_deployments_ended_total", "status", "completed") == 1);
            assertEquals(0, first.value("quark_deployments_ended_total", "status", "failed"));
            assertEquals(1, first.value("quark_deployments", "status", "completed"));
            assertEquals(1, first.value("quark_deployment_duration_seconds_count", "status", "completed"));
            assertTrue(first.value("quark_deployment_duration_seconds_sum", "status", "completed") > 0);
            assertEquals(0, first.value("quark_queue_depth"));
            assertTrue(first.values("quark_http_requests_total", "route").stream()
                    .noneMatch(route -> route.contains("nowhere") || route.contains(id)));
            assertEquals(1, first.value("quark_database_up"));
            assertTrue(first.value("quark_database_size_bytes") > 0);
            assertTrue(first.value("process_cpu_seconds_total") > 0);
            assertTrue(first.value("jvm_memory_used_bytes", "area", "heap", "id", heap(first)) > 0);
            Set<String> documented = documented();
            assertEquals(Set.of(), without(first.families(), documented), "the manual doesn't know these");
            // A container may hide its disks and networks.
            documented.removeIf(name -> name.startsWith("system_"));
            assertEquals(Set.of(), without(documented, first.families()), "the manual promises these");

            quark.push(repository, repository.commit("more", "more"));
            quark.send("GET", "/nowhere/5", null);
            Exposition second = scrapeOnce(
                    quark,
                    metrics -> pushes(metrics) == 2
                            && unrouted(metrics) == 6
                            && requests(metrics, "GET", "/metrics", "200") > 0);
            assertTrue(second.value("process_cpu_seconds_total") >= first.value("process_cpu_seconds_total"));

            JsonNode now = quark.get("/system/metrics");
            assertTrue(now.at("/memory/used_bytes").asLong() > 0);
            assertTrue(now.at("/process/threads").asInt() > 5);
            assertEquals(0, now.at("/websocket_clients").asInt());
        }
    }

    private static Set<String> without(Set<String> some, Set<String> others) {
        Set<String> rest = new TreeSet<>(some);
        rest.removeAll(others);
        return rest;
    }

    private static double pushes(Exposition metrics) {
        return requests(metrics, "POST", "/api/webhook", "202");
    }

    private static double unrouted(Exposition metrics) {
        return requests(metrics, "GET", "*", "404");
    }

    private static double requests(Exposition metrics, String method, String route, String status) {
        return metrics.value("quark_http_requests_total", "method", method, "route", route, "status", status);
    }

    private static String heap(Exposition metrics) {
        return metrics.values("jvm_memory_used_bytes", "id").stream()
                .filter(pool -> pool.startsWith("Tenured"))
                .findFirst()
                .orElseThrow();
    }

    /** Requests are counted when they have been answered, which their clients may know first. */
    private static Exposition scrapeOnce(QuarkProcess quark, Predicate<Exposition> counted) throws Exception {
        Exposition metrics = scrape(quark);
        while (!counted.test(metrics)) {
            Thread.sleep(20);
            metrics = scrape(quark);
        }
        return metrics;
    }

    private static Exposition scrape(QuarkProcess quark) throws Exception {
        var answer = quark.send("GET", "/metrics", null);
        assertEquals(200, answer.statusCode(), answer::body);
        return Exposition.parse(answer.body());
    }

    private static Set<String> documented() throws Exception {
        return NAME.matcher(Files.readString(Path.of("../docs/metrics.md")))
                .results()
                .map((MatchResult row) -> row.group(1))
                .filter(name -> !OF_SERVICES.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
