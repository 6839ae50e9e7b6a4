package dev.quark.core.deployment;

import dev.quark.core.secret.Secret;
import dev.quark.core.source.Commit;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The environment of a release's deploy command and of its service's instances. */
final class ReleaseVariables {

    private ReleaseVariables() {}

    /** The release's variables, and those that QUARK adds; the latter win. */
    static Map<String, Secret> of(Deployment deployment, Release release, @Nullable Commit commit, Path folder) {
        Map<String, Secret> variables = new LinkedHashMap<>();
        release.environment().variables().forEach((name, value) -> variables.put(name.value(), value));
        variables.put("DEPLOYMENT_ID", Secret.of(deployment.id().toString()));
        variables.put("REPO_NAME", Secret.of(deployment.repository().value()));
        if (commit != null) {
            variables.put("COMMIT_SHA", Secret.of(commit.sha().value()));
        }
        variables.put("BRANCH", Secret.of(deployment.branch().value()));
        variables.put("RELEASE_DIR", Secret.of(folder.toString()));
        return variables;
    }
}
