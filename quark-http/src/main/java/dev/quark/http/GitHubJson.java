package dev.quark.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quark.core.deployment.Deployment;
import dev.quark.core.result.Result;
import java.io.IOException;

/** How the API spells what GitHub was told about a deployment. */
final class GitHubJson {

    private GitHubJson() {}

    static void write(JsonGenerator json, Deployment deployment, Result result) throws IOException {
        json.writeObjectFieldStart("github");
        json.writeStringField("state", state(deployment, result));
        Json.text(json, "error", isWithoutCommit(deployment) ? "Its commit was never looked up." : result.error());
        Json.time(json, "next_attempt_at", result.nextAttempt());
        Json.number(json, "deployment_id", result.hostDeployment());
        json.writeEndObject();
    }

    private static String state(Deployment deployment, Result result) {
        if (result.standing() == Result.Standing.OFF || isWithoutCommit(deployment)) {
            return "off";
        }
        if (result.told() == deployment.status()) {
            return result.standing() == Result.Standing.DROPPED ? "dropped" : "sent";
        }
        return result.nextAttempt() == null ? "queued" : "retrying";
    }

    private static boolean isWithoutCommit(Deployment deployment) {
        return deployment.commit() == null && deployment.status().isFinal();
    }
}
