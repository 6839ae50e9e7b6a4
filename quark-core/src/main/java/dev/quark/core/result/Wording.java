package dev.quark.core.result;

import dev.quark.core.deployment.Deployment;
import dev.quark.core.deployment.DeploymentState;
import dev.quark.core.result.HostResults.Mark;
import dev.quark.core.result.HostResults.Progress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a deployment's state is called on the host. */
final class Wording {

    /** GitHub takes no longer descriptions. */
    static final int LONGEST = 140;

    private final Deployment deployment;
    private final @Nullable String link;

    /** @param link the deployment's page; null where the server's address isn't known */
    Wording(Deployment deployment, @Nullable String link) {
        this.deployment = deployment;
        this.link = link;
    }

    static String context(Deployment deployment) {
        return "quark/" + deployment.name();
    }

    Mark mark() {
        String state = switch (deployment.state()) {
            case DeploymentState.Pending pending -> "pending";
            case DeploymentState.InProgress running -> "pending";
            case DeploymentState.Completed completed -> "success";
            case DeploymentState.Failed failed -> "failure";
            case DeploymentState.Cancelled cancelled -> "error";
        };
        return new Mark(context(deployment), state, description(), link);
    }

    /** @param environmentUrl where what was deployed can be seen; null for nowhere */
    Progress progress(@Nullable String environmentUrl) {
        String state = switch (deployment.state()) {
            case DeploymentState.Pending pending -> "queued";
            case DeploymentState.InProgress running -> "in_progress";
            case DeploymentState.Completed completed -> "success";
            case DeploymentState.Failed failed -> "failure";
            case DeploymentState.Cancelled cancelled -> "error";
        };
        boolean there = deployment.state() instanceof DeploymentState.Completed;
        return new Progress(state, description(), link, there ? environmentUrl : null);
    }

    Progress inactive() {
        return new Progress("inactive", "A newer deployment took its place", link, null);
    }

    private String description() {
        return cut(
                switch (deployment.state()) {
                    case DeploymentState.Pending pending ->
                        pending.checksUntil() == null ? "Waiting for its turn" : "Waiting for checks";
                    case DeploymentState.InProgress running -> "Deploying";
                    case DeploymentState.Completed completed -> "Deployed in " + duration(deployment.duration());
                    case DeploymentState.Failed failed -> "Failed: " + failed.error();
                    case DeploymentState.Cancelled cancelled -> "Cancelled: " + cancelled.reason();
                });
    }

    private static String duration(@Nullable Duration duration) {
        long seconds = duration == null ? 0 : Math.max(1, duration.toSeconds());
        return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
    }

    /** One line, of code points that are whole. */
    private static String cut(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        if (line.length() <= LONGEST) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(LONGEST - 2)) ? LONGEST - 2 : LONGEST - 1;
        return line.substring(0, end) + "…";
    }
}
