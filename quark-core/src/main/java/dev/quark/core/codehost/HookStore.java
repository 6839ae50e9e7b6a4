package dev.quark.core.codehost;

import dev.quark.core.source.RepositoryName;
import java.util.List;
import java.util.Optional;

/**
 * Keeps which hooks QUARK set up, one for each repository. Implementations are safe for use by many threads; what a method
 * changed is durable when it returns.
 */
public interface HookStore {

    /** Keeps a hook in place of the one that the repository had. */
    void save(Hook hook);

    /** The hook with the host's number. */
    Optional<Hook> find(long id);

    /** The repository's hook. */
    Optional<Hook> of(RepositoryName repository);

    /** All hooks, by the names of their repositories. */
    List<Hook> list();

    /** Forgets a hook; one that isn't kept is no fault. */
    void remove(long id);
}
