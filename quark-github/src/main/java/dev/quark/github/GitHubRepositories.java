package dev.quark.github;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.codehost.CodeHost;
import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.codehost.CodeHostException.NotFound;
import dev.quark.core.codehost.CodeHostException.Rejected;
import dev.quark.core.codehost.Comparison;
import dev.quark.core.codehost.HostBranch;
import dev.quark.core.codehost.HostCommit;
import dev.quark.core.codehost.HostRepository;
import dev.quark.core.codehost.HostUser;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** @see <a href="https://docs.github.com/en/rest/repos">Repositories</a> */
final class GitHubRepositories implements CodeHost {

    /** GitHub lists so many files of a comparison and no more. */
    private static final int MOST_FILES = 300;

    private final GitHubClient client;

    GitHubRepositories(GitHubClient client) {
        this.client = client;
    }

    @Override
    public HostUser user(Secret token) {
        return Answers.read(client.get(token, "/user"), Answers::user);
    }

    @Override
    public HostRepository repository(Secret token, RepositoryName repository) {
        return Answers.read(client.get(token, ApiPath.of(repository)), Answers::repository);
    }

    @Override
    public List<HostRepository> repositories(Secret token) {
        return client.list(token, "/user/repos?sort=pushed&per_page=100", null, Answers::repository);
    }

    @Override
    public List<HostBranch> branches(Secret token, RepositoryName repository) {
        return client.list(token, ApiPath.of(repository, "branches") + "?per_page=100", null, Answers::branch);
    }

    @Override
    public List<HostCommit> commits(
            Secret token, RepositoryName repository, @Nullable BranchName branch, int page, int size) {
        String path = ApiPath.of(repository, "commits") + "?per_page=" + size + "&page=" + page
                + (branch == null ? "" : "&sha=" + ApiPath.encoded(branch.value()));
        try {
            return Answers.all(client.get(token, path), Answers::commit);
        } catch (CodeHostException e) {
            if (e.failure() instanceof Rejected rejected && rejected.status() == 409) {
                return List.of(); // The repository is empty.
            }
            throw e;
        }
    }

    @Override
    public Optional<HostCommit> head(@Nullable Secret token, RepositoryName repository, BranchName branch) {
        try {
            JsonNode found = client.get(token, ApiPath.of(repository, "branches", branch));
            // GitHub answers for a renamed branch with the new one.
            return found.path("name").asText().equals(branch.value())
                    ? Optional.of(Answers.read(found.path("commit"), Answers::commit))
                    : Optional.empty();
        } catch (CodeHostException e) {
            if (e.failure() instanceof NotFound) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public Comparison compare(@Nullable Secret token, RepositoryName repository, CommitSha earlier, CommitSha later) {
        JsonNode found = client.get(token, ApiPath.of(repository, "compare", earlier + "..." + later));
        Set<String> files = new HashSet<>();
        for (JsonNode file : found.path("files")) {
            files.add(file.path("filename").asText());
            if (file.has("previous_filename")) {
                files.add(file.path("previous_filename").asText());
            }
        }
        Comparison.Relation relation = switch (found.path("status").asText()) {
            case "identical" -> Comparison.Relation.SAME;
            case "ahead" -> Comparison.Relation.AHEAD;
            case "behind" -> Comparison.Relation.BEHIND;
            default -> Comparison.Relation.APART;
        };
        return new Comparison(relation, files, found.path("files").size() < MOST_FILES);
    }
}
