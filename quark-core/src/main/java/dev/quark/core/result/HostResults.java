package dev.quark.core.result;

import dev.quark.core.config.ConfigName;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Tells the host about deployments. Every call may be repeated: what it adds once more changes nothing that people see.
 * Whatever goes wrong is a {@link dev.quark.core.codehost.CodeHostException}. Safe for use by many threads.
 *
 * @see <a href="https://docs.github.com/en/rest/commits/statuses">Commit statuses</a>
 * @see <a href="https://docs.github.com/en/rest/deployments">Deployments</a>
 */
public interface HostResults {

    /** Shows a status on a commit, in place of an earlier one with the same context. */
    void mark(Secret token, RepositoryName repository, CommitSha commit, Mark mark);

    /** Looks for a deployment that was added before with this key. */
    OptionalLong find(Secret token, RepositoryName repository, Place place);

    /** Adds a deployment; the host merges nothing and waits for nothing. */
    long add(Secret token, RepositoryName repository, Place place);

    /** Changes what is shown about a deployment. */
    void progress(Secret token, RepositoryName repository, long deployment, Progress progress);

    /**
     * A status on a commit.
     *
     * @param context what tells it from others
     * @param state {@code pending}, {@code success}, {@code failure} or {@code error}
     * @param description at most 140 characters
     * @param url where there is more to read; null for nowhere
     */
    record Mark(
            String context,
            String state,
            String description,
            @Nullable String url) {}

    /**
     * What is deployed where.
     *
     * @param commit the commit
     * @param environment the environment
     * @param key tells this deployment from all others
     * @param production whether people use what is deployed there
     */
    record Place(CommitSha commit, ConfigName environment, String key, boolean production) {}

    /**
     * How a deployment goes.
     *
     * @param state {@code queued}, {@code in_progress}, {@code success}, {@code failure}, {@code error} or
     *     {@code inactive}
     * @param description at most 140 characters
     * @param logUrl where its log is; null for nowhere
     * @param environmentUrl where what was deployed can be seen; null for nowhere
     */
    record Progress(
            String state,
            String description,
            @Nullable String logUrl,
            @Nullable String environmentUrl) {}
}
