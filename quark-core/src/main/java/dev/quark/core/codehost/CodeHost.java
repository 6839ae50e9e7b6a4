package dev.quark.core.codehost;

import dev.quark.core.secret.Secret;
import dev.quark.core.source.BranchName;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the host tells the holder of a token about themselves and about repositories. Every call asks the host (an answer that hasn't changed
 * costs no quota), gives up after some seconds, and may be repeated. Whatever goes wrong is a {@link CodeHostException}; a
 * repository that isn't there, or isn't the holder's to see, is {@link CodeHostException.NotFound}. Safe for use by many
 * threads.
 */
public interface CodeHost {

    /** Whose token this is. */
    HostUser user(Secret token);

    /** A repository. */
    HostRepository repository(Secret token, RepositoryName repository);

    /** All repositories that the holder may see because they own them, work on them or belong to their organisation. */
    List<HostRepository> repositories(Secret token);

    /** All branches of a repository, by name. */
    List<HostBranch> branches(Secret token, RepositoryName repository);

    /**
     * Commits, newest first.
     *
     * @param branch the branch; null for the default one
     * @param page 1 for the newest
     * @param size how many make a page, 1 to 100
     */
    List<HostCommit> commits(Secret token, RepositoryName repository, @Nullable BranchName branch, int page, int size);

    /**
     * The commit that a branch points to; empty where there is no such branch.
     *
     * @param token null asks as a stranger
     */
    Optional<HostCommit> head(@Nullable Secret token, RepositoryName repository, BranchName branch);

    /**
     * How {@code later} relates to {@code earlier}.
     *
     * @param token null asks as a stranger
     */
    Comparison compare(@Nullable Secret token, RepositoryName repository, CommitSha earlier, CommitSha later);
}
