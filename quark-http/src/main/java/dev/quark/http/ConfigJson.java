package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.config.DeploymentConfig;
import dev.quark.core.environment.VariableName;
import dev.quark.core.secret.Secret;
import java.io.IOException;
import java.util.Map;

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
        Json.time(json, "created_at", config.createdAt());
        Json.time(json, "updated_at", config.updatedAt());
    }

    static String shown(Secret value, boolean reveal) {
        return reveal ? value.reveal() : MASK;
    }
}
