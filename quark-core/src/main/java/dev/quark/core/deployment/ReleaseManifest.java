package dev.quark.core.deployment;

import dev.quark.core.config.ServiceSettings;
import dev.quark.core.source.Commit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a release was made with, as JSON for people and scripts: names of variables, never their values. */
final class ReleaseManifest {

    private final List<String> members = new ArrayList<>();

    private ReleaseManifest() {}

    static String of(Deployment deployment, Release release, @Nullable Commit commit) {
        ReleaseManifest manifest = new ReleaseManifest();
        manifest.text("deployment_id", deployment.id());
        manifest.text("config_id", release.config());
        manifest.text("repo_full_name", deployment.repository());
        manifest.text("branch", deployment.branch());
        manifest.text("commit_sha", commit == null ? null : commit.sha());
        manifest.text("deploy_command", release.command());
        manifest.text("working_directory", release.workingDirectory());
        manifest.raw(
                "environment_variables",
                release.environment().variables().keySet().stream()
                        .map(name -> quote(name.value()))
                        .toList()
                        .toString());
        manifest.raw("service", service(release.service()));
        manifest.text("trigger", deployment.trigger().label());
        manifest.text("triggered_by", deployment.triggeredBy());
        manifest.text("created_at", release.createdAt());
        return manifest.json() + "\n";
    }

    private static String service(@Nullable ServiceSettings service) {
        if (service == null) {
            return "null";
        }
        ReleaseManifest manifest = new ReleaseManifest();
        manifest.text("start_command", service.startCommand());
        manifest.raw(
                "hosts",
                service.hosts().stream()
                        .map(host -> quote(host.value()))
                        .toList()
                        .toString());
        manifest.text("path_prefix", service.pathPrefix());
        manifest.raw("strip_prefix", Boolean.toString(service.stripPrefix()));
        manifest.raw("instances", Integer.toString(service.instances()));
        manifest.text("health_check_path", service.healthCheck().path());
        return manifest.json();
    }

    private void text(String name, @Nullable Object value) {
        raw(name, value == null ? "null" : quote(value.toString()));
    }

    private void raw(String name, String json) {
        members.add(quote(name) + ": " + json);
    }

    private String json() {
        return "{" + String.join(", ", members) + "}";
    }

    /** Escapes what JSON must and what a terminal might take for a command. */
    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || Character.isISOControl(c) || Character.isSurrogate(c)) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
