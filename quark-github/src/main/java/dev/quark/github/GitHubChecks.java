package dev.quark.github;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.check.Check;
import dev.quark.core.check.Check.State;
import dev.quark.core.check.HostChecks;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Check suites and commit statuses. A suite that failed is asked for its runs, which have the names that people know.
 *
 * @see <a href="https://docs.github.com/en/rest/checks">Checks</a>
 */
final class GitHubChecks implements HostChecks {

    private static final String OWN = "quark/";
    private static final Set<String> GOOD = Set.of("success", "neutral", "skipped");

    private final GitHubClient client;

    GitHubChecks(GitHubClient client) {
        this.client = client;
    }

    @Override
    public List<Check> of(Secret token, RepositoryName repository, CommitSha commit) {
        List<Check> checks = new ArrayList<>();
        String statuses = ApiPath.of(repository, "commits", commit, "status") + "?per_page=100";
        for (JsonNode status : client.list(token, statuses, "statuses", Function.identity())) {
            String context = status.path("context").asText();
            if (!context.startsWith(OWN)) {
                checks.add(new Check(context, ofStatus(status.path("state").asText())));
            }
        }
        String suites = ApiPath.of(repository, "commits", commit, "check-suites") + "?per_page=100";
        for (JsonNode suite : client.list(token, suites, "check_suites", Function.identity())) {
            if (hasBegun(suite)) {
                checks.add(new Check(name(token, repository, suite), state(suite)));
            }
        }
        return checks;
    }

    private static State ofStatus(String state) {
        return switch (state) {
            case "success" -> State.PASSED;
            case "pending" -> State.RUNNING;
            default -> State.FAILED;
        };
    }

    /** GitHub announces a suite to every app that may check; most never do. Actions only where a workflow runs. */
    private static boolean hasBegun(JsonNode suite) {
        return suite.path("latest_check_runs_count").asInt() > 0
                || suite.path("app").path("slug").asText().equals("github-actions")
                || suite.path("conclusion").isTextual();
    }

    private static State state(JsonNode run) {
        JsonNode conclusion = run.path("conclusion");
        if (!conclusion.isTextual()) {
            return State.RUNNING;
        }
        return GOOD.contains(conclusion.asText()) ? State.PASSED : State.FAILED;
    }

    private String name(Secret token, RepositoryName repository, JsonNode suite) {
        String app = suite.path("app").path("name").asText("check suite");
        if (state(suite) != State.FAILED) {
            return app;
        }
        String runs = ApiPath.of(repository, "check-suites", suite.path("id").asLong(), "check-runs") + "?per_page=100";
        Set<String> failed = new TreeSet<>();
        for (JsonNode run : client.list(token, runs, "check_runs", Function.identity())) {
            if (state(run) == State.FAILED) {
                failed.add(run.path("name").asText());
            }
        }
        return failed.isEmpty() ? app : String.join(", ", failed) + " (" + app + ")";
    }
}
