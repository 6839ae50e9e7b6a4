package dev.quark.core.check;

import dev.quark.core.secret.Secret;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import java.util.List;

/**
 * Knows the checks of commits. Whatever goes wrong is a {@link dev.quark.core.codehost.CodeHostException}. Safe for use by
 * many threads.
 */
@FunctionalInterface
public interface HostChecks {

    /**
     * The checks that a commit has as yet, without QUARK's own; a look at what hasn't changed costs no quota. What was
     * announced and never began is no check.
     *
     * @see <a href="https://docs.github.com/en/rest/checks/suites">Check suites</a>
     * @see <a href="https://docs.github.com/en/rest/commits/statuses">Commit statuses</a>
     */
    List<Check> of(Secret token, RepositoryName repository, CommitSha commit);
}
