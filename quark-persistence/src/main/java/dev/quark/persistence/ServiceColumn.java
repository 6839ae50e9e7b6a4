package dev.quark.persistence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quark.core.config.HealthCheck;
import dev.quark.core.config.HostPattern;
import dev.quark.core.config.PathPrefix;
import dev.quark.core.config.ServiceSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings of a service as one column: nobody asks for a single one of them. */
final class ServiceColumn {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ServiceColumn() {}

    static @Nullable String write(@Nullable ServiceSettings service) {
        if (service == null) {
            return null;
        }
        ObjectNode json = JSON.createObjectNode()
                .put("start_command", service.startCommand())
                .put("path_prefix", service.pathPrefix().value())
                .put("strip_prefix", service.stripPrefix())
                .put("instances", service.instances())
                .put("health_path", service.healthCheck().path())
                .put("health_interval_ms", service.healthCheck().interval().toMillis())
                .put("health_timeout_ms", service.healthCheck().timeout().toMillis())
                .put("drain_ms", service.drain().toMillis())
                .put("stop_ms", service.stop().toMillis())
                .put("watch_ms", service.watch().toMillis())
                .put("watch_max_failure_percent", service.watchMaxFailurePercent());
        service.hosts().forEach(host -> json.withArray("hosts").add(host.value()));
        return json.toString();
    }

    static @Nullable ServiceSettings read(@Nullable String column) {
        if (column == null) {
            return null;
        }
        JsonNode json = parse(column);
        List<HostPattern> hosts = new ArrayList<>();
        json.path("hosts").forEach(host -> hosts.add(new HostPattern(host.textValue())));
        return new ServiceSettings(
                json.path("start_command").textValue(),
                hosts,
                new PathPrefix(json.path("path_prefix").textValue()),
                json.path("strip_prefix").booleanValue(),
                json.path("instances").intValue(),
                new HealthCheck(
                        json.path("health_path").textValue(),
                        millis(json, "health_interval_ms"),
                        millis(json, "health_timeout_ms")),
                millis(json, "drain_ms"),
                millis(json, "stop_ms"),
                millis(json, "watch_ms"),
                json.path("watch_max_failure_percent").intValue());
    }

    private static Duration millis(JsonNode json, String name) {
        return Duration.ofMillis(json.path(name).longValue());
    }

    private static JsonNode parse(String column) {
        try {
            return JSON.readTree(column);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The settings of a service are damaged in the database", e);
        }
    }
}
