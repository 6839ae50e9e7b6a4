package dev.quark.core.codehost;

import dev.quark.core.problem.ConflictException;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.RepositoryName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows users what the host shows to them. Repositories that QUARK deploys are shown to users without an account there too:
 * they see their commits in the deployments anyway. Whatever goes wrong at the host is a {@link CodeHostException}. Safe for
 * use by many threads.
 */
public final class BrowseHost {

    private final CodeHost host;
    private final HostTokens tokens;

    /** Looks with the users' tokens. */
    public BrowseHost(CodeHost host, HostTokens tokens) {
        this.host = host;
        this.tokens = tokens;
    }

    /**
     * The user's account.
     *
     * @throws ConflictException where QUARK holds no token of theirs
     */
    public HostUser profile(Requester requester) {
        return tokens.as(requester, host::user);
    }

    /**
     * The user's repositories, the one last pushed to first.
     *
     * @throws ConflictException where QUARK holds no token of theirs
     */
    public List<HostRepository> repositories(Requester requester) {
        return tokens.as(requester, host::repositories);
    }

    /**
     * Commits, newest first.
     *
     * @param branch the branch; null for the default one
     * @param page 1 for the newest
     * @param size how many make a page, 1 to 100
     */
    public List<HostCommit> commits(
            Requester requester, RepositoryName repository, @Nullable BranchName branch, int page, int size) {
        return tokens.about(repository, requester, token -> host.commits(token, repository, branch, page, size));
    }

    /** All branches, by name. */
    public List<HostBranch> branches(Requester requester, RepositoryName repository) {
        return tokens.about(repository, requester, token -> host.branches(token, repository));
    }
}
