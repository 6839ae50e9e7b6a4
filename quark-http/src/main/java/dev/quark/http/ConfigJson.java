package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.config.HostPattern;
import dev.quark.core.config.ServiceSettings;
import dev.quark.core.environment.VariableName;
import dev.quark.core.secret.Secret;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the API spells a config. */
final class ConfigJson {

    /** What stands for a variable's value. */
    static final String MASK = "********";

    private ConfigJson() {}

    static void write(JsonGenerator json, DeploymentConfig config, boolean reveal) throws IOException {
        json.writeStartObject();
        members(json, config, reveal);
        json.writeEndObject();
    }

    /** All members, without the braces around them. */
    static void members(JsonGenerator json, DeploymentConfig config, boolean reveal) throws IOException {
        Json.text(json, "id", config.id());
        Json.number(json, "repo_id", config.repositoryId());
        Json.text(json, "repo_full_name", config.repository());
        Json.text(json, "branch", config.branch());
        Json.text(json, "name", config.name());
        json.writeBooleanField("auto_deploy", config.autoDeploy());
        json.writeBooleanField("require_checks", config.github().requireChecks());
        Json.text(json, "environment_url", config.github().environmentUrl());
        Json.text(json, "deploy_command", config.deployCommand());
        json.writeObjectFieldStart("environment_variables");
        for (Map.Entry<VariableName, Secret> variable :
                config.environment().variables().entrySet()) {
            json.writeStringField(variable.getKey().value(), shown(variable.getValue(), reveal));
        }
        json.writeEndObject();
        Json.text(json, "clone_url", config.cloneUrl());
        Json.text(json, "working_directory", config.workingDirectory());
        json.writeArrayFieldStart("path_filters");
        for (String glob : config.pathFilters().globs()) {
            json.writeString(glob);
        }
        json.writeEndArray();
        json.writeNumberField("timeout_seconds", config.timeout().toSeconds());
        json.writeNumberField("keep_releases", config.keepReleases());
        json.writeArrayFieldStart("plain_variables");
        for (VariableName name : config.environment().plain().stream().sorted().toList()) {
            json.writeString(name.value());
        }
        json.writeEndArray();
        service(json, config.service());
        Json.time(json, "created_at", config.createdAt());
        Json.time(json, "updated_at", config.updatedAt());
    }

    private static void service(JsonGenerator json, @Nullable ServiceSettings service) throws IOException {
        if (service == null) {
            json.writeNullField("service");
            return;
        }
        json.writeObjectFieldStart("service");
        Json.text(json, "start_command", service.startCommand());
        json.writeArrayFieldStart("hosts");
        for (HostPattern host : service.hosts()) {
            json.writeString(host.value());
        }
        json.writeEndArray();
        Json.text(json, "path_prefix", service.pathPrefix());
        json.writeBooleanField("strip_prefix", service.stripPrefix());
        json.writeNumberField("instances", service.instances());
        json.writeObjectFieldStart("health_check");
        Json.text(json, "path", service.healthCheck().path());
        json.writeNumberField("interval_ms", service.healthCheck().interval().toMillis());
        json.writeNumberField("timeout_seconds", service.healthCheck().timeout().toSeconds());
        json.writeEndObject();
        json.writeNumberField("drain_seconds", service.drain().toSeconds());
        json.writeNumberField("stop_seconds", service.stop().toSeconds());
        json.writeNumberField("watch_seconds", service.watch().toSeconds());
        json.writeNumberField("watch_max_failure_percent", service.watchMaxFailurePercent());
        json.writeEndObject();
    }

    static String shown(Secret value, boolean reveal) {
        return reveal ? value.reveal() : MASK;
    }
}
